/** Runs of a program in which nodes are killed at points of their work, and start again from their disks. */
import type { Fault } from '../core/fault.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { CrashPoint } from '../faults/crash-point.ts';
import type { Simulation } from './counterexample.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioRun } from './run-scenario.ts';

/** The point is counted from `fromUs` on, µs since the cluster was ready. */
export interface Kill {
  readonly node: NodeId;
  readonly point: CrashPoint;
  readonly fromUs: number;
}

export interface KilledRun {
  readonly done: ScenarioRun;
  /** When the last of the kills came, µs since the cluster was ready; null: the run had no such point. */
  readonly reachedUs: number | null;
}

export class KillRuns {
  /** Of all runs. */
  events = 0;
  private readonly simulation: Simulation;
  private readonly system: System;
  private readonly scenario: Scenario;
  private readonly program: Program;

  constructor(simulation: Simulation, system: System, scenario: Scenario, program: Program) {
    this.simulation = simulation;
    this.system = system;
    // With a crash at any moment it is no longer the scenario's story.
    this.scenario = { ...scenario, effective: 'any', successesMin: 1 };
    this.program = program;
  }

  run(kills: readonly Kill[]): KilledRun {
    const { durationUs } = this.program;
    const first = this.runUntil(kills, () => durationUs);
    const reachedUs = this.reachedUs(first, kills.length - 1);
    if (reachedUs === null || first.judgement.verdict === 'holds')
      return { done: first, reachedUs };
    // Promises take a fault for in force until its end: the same run, each with an end as soon as the node is back.
    const ends = kills.map(({ point }, i) => (this.reachedUs(first, i) ?? 0) + point.downUs + 1);
    const done = this.runUntil(kills, (i) => Math.min(durationUs, ends[i] as number));
    return { done, reachedUs };
  }

  private runUntil(kills: readonly Kill[], untilUs: (kill: number) => number): ScenarioRun {
    const crashes = kills.map(({ node, point, fromUs }, i): Fault => {
      const nodes = { of: 'node', node } as const;
      return { kind: 'crash', atUs: fromUs, untilUs: untilUs(i), nodes, upon: point };
    });
    const program: Program = { ...this.program, faults: [...this.program.faults, ...crashes] };
    const done = runScenario(this.simulation, this.system, this.scenario, program);
    this.events += done.run.history.events.length;
    return done;
  }

  private reachedUs({ run }: ScenarioRun, kill: number): number | null {
    const fault = this.program.faults.length + kill;
    const { events, readyUs } = run.history;
    const isReached = (e: HistoryEvent): boolean =>
      e.type === 'fault' && e.fault === fault && e.phase === 'effective';
    const reached = events.find(isReached);
    return reached === undefined ? null : reached.timeUs - readyUs;
  }
}
