/** Where a program runs. One interface, four implementations, one conformance suite. */
import type { FaultKind } from './fault.ts';
import type { History, HistoryEvent } from './history.ts';
import type { NodeId } from './host.ts';
import type { Invariant } from './invariant.ts';
import type { Program } from './program.ts';
import type { System } from './system.ts';

/** `swarm`: containers that a Docker Swarm places. A story that runs in containers runs there, too. */
export type EnvironmentName = 'simulation' | 'processes' | 'containers' | 'swarm' | 'attached';

export type Time = 'virtual' | 'real';

/** Which nodes the roles of a fault were resolved to, by index in the plan. */
export type Pins = Readonly<Record<number, readonly NodeId[]>>;

export interface RunOptions {
  /** Promises to watch online; the run stops at the first violation. Simulation only. */
  readonly monitors?: readonly Invariant[];
  /** Roles resolved in an earlier run, to be used instead of resolving anew. */
  readonly pins?: Pins;
  /** Called with each event as it is recorded: live progress. */
  readonly onEvent?: (e: HistoryEvent) => void;
  /**
   * False: the history of the run is empty, for one that lasts and that nobody judges. Real time only.
   * It is kept by default.
   */
  readonly isHistoryKept?: boolean;
}

/** A fault of the plan that was not done. */
export interface SkippedFault {
  /** Index in the plan. */
  readonly fault: number;
  /** The fault in words: kind, figures, target. */
  readonly what: string;
  readonly reason: string;
}

/** What became of a fault that its plan does not say. */
export interface FaultNote {
  /** Index in the plan. */
  readonly fault: number;
  /** The fault in words. */
  readonly what: string;
  /**
   * It never took effect; it was still seen after its end; it was in force at other times than planned;
   * something else was odd.
   */
  readonly about: 'no-effect' | 'not-over' | 'late' | 'odd';
  /** Why, or what it was instead. */
  readonly text: string;
}

/** What a run leaves behind. */
export interface Run {
  readonly history: History;
  readonly pins: Pins;
  /** Hex digest over every event of the run; null outside simulation. */
  readonly traceHash: string | null;
  /** Faults of the plan that this environment cannot do, or that hit nobody. Never faked. */
  readonly skippedFaults: readonly SkippedFault[];
  /** Of those that were done, in the order of their ends; in simulation, where all is exact, of ends alone that were not seen. */
  readonly faultNotes?: readonly FaultNote[];
  /** Name of the limit (`limits.ts`) that ended the run early: such a run proves nothing. */
  readonly limitReached?: string;
  /** Events that the simulation performed, of which the history keeps some: what the run cost. Absent elsewhere. */
  readonly simulatedEvents?: number;
  /** What could not be healed or removed; empty after a clean run. */
  readonly leftovers: readonly string[];
  /** The last lines that each node wrote, in the order of the shape; absent in simulation. */
  readonly logs?: readonly (readonly string[])[];
}

/** A program as it runs in one environment. */
export interface Fitted {
  readonly program: Program;
  /** What it no longer tries that the drawn one did, and why: a sentence each. */
  readonly narrowed: readonly string[];
}

/**
 * `R` is `Run` in simulation, where running is a plain synchronous function, and a promise of it
 * everywhere else.
 */
export interface Environment<R extends Run | Promise<Run> = Run | Promise<Run>> {
  readonly name: EnvironmentName;
  /**
   * Virtual: the same program gives the same run and hash, on any machine and however busy it is, so that
   * searches and shrinking make sense. Real: times of the machine, where policy times are divided and a
   * run takes as long as its program says.
   */
  readonly time: Time;
  /** Is a run over when `run` returns? Otherwise that gives a promise of it. */
  readonly isSynchronous: boolean;
  readonly faults: ReadonlySet<FaultKind>;
  /**
   * The program that runs here instead of `program`: what is run is what is judged, told and replayed.
   * Absent: any program runs as it is. Fitting twice changes nothing more. Throws E_PLAN.
   */
  fit?(program: Program): Fitted;
  /**
   * Brings the cluster up, waits until it is ready, runs faults and clients, heals, and takes
   * everything down again. Throws `HarnessError` when the cluster cannot be brought up.
   */
  run(system: System, program: Program, options?: RunOptions): R;
}

/**
 * A system whose code uses promises and is simulated in a way of its own: a run is not over at once then, and
 * it runs nowhere else.
 */
export interface SelfSimulated extends System {
  readonly simulation: Environment<Promise<Run>>;
  /** How much dearer a run is than one of plain components, to those who count work. */
  readonly workFactor: number;
}

export function isSelfSimulated(system: System): system is SelfSimulated {
  return 'simulation' in system;
}

/** How much dearer a run of `system` is than one of plain components. */
export function workFactorOf(system: System): number {
  return isSelfSimulated(system) ? system.workFactor : 1;
}
