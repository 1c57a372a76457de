/**
 * Crash points of a short program, enumerated: one run for each record that a node writes, in which it is killed while
 * that is being written, one in which it is killed when that is on its disk and what waits for it has not left, and one
 * for each message that it sends, in which it is killed right after that; then it starts again from its disk. What a random search finds by luck is found here by counting, or said to be tried. (ALICE, OSDI
 * 2014, enumerates what crashes leave of the writes of one machine; here the other machines go on.)
 */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { CrashPoint } from '../faults/crash-point.ts';
import { nodeName } from '../faults/describe.ts';
import type { Simulation } from './counterexample.ts';
import { runScenario } from './run-scenario.ts';
import type { ScenarioRun } from './run-scenario.ts';

/** How long a killed node is down, µs: back at once, with what it forgot; or when others have gone on. */
const downsUs = [2_000, 800_000] as const;
/** Operations that are left of a program, so that its steps are hundreds. */
const operationsMax = 12;
const wordsOf = { record: 'record', synced: 'synced record', message: 'message' } as const;
/** Time after the last of them, µs. */
const restUs = 2_500_000;

/** The points of one kind of one node, which are tried from the first on. */
interface Series {
  readonly node: NodeId;
  readonly point: Omit<CrashPoint, 'nth'>;
  tried: number;
  isOver: boolean;
}

export interface CrashPointRun {
  readonly done: ScenarioRun;
  /** False: the run had no such point. */
  readonly isReached: boolean;
}

export class CrashPointSearch {
  runs = 0;
  events = 0;
  /** Points whose run proved nothing. */
  unknown = 0;
  readonly program: Program;
  private readonly simulation: Simulation;
  private readonly system: System;
  private readonly scenario: Scenario;
  private readonly series: readonly Series[];
  private turn = 0;

  /** `program`: of the scenario; its beginning is what runs. */
  constructor(simulation: Simulation, system: System, scenario: Scenario, program: Program) {
    this.simulation = simulation;
    this.system = system;
    // With a crash at any moment it is no longer the scenario's story.
    this.scenario = { ...scenario, effective: 'any', successesMin: 1 };
    this.program = beginningOf(program);
    this.series = [...seriesOf(program)];
  }

  get isOver(): boolean {
    return this.series.every((s) => s.isOver);
  }

  /** Points that were tried. */
  get tried(): number {
    return this.series.reduce((sum, s) => sum + s.tried, 0);
  }

  /** What was not tried, one line for each kind and node; none: all was. */
  get untried(): readonly string[] {
    return this.series
      .filter((s) => !s.isOver)
      .map(({ node, point, tried }) => {
        const where = `${wordsOf[point.of]} ${tried + 1}`;
        return `${nodeName(this.program.shape, node)} from ${where} on, down for ${point.downUs / 1_000} ms`;
      });
  }

  /** The next point. It must not be over. */
  step(): CrashPointRun {
    const series = this.next();
    const { durationUs } = this.program;
    const first = this.killedAt(series, durationUs);
    const reachedUs = this.reachedUs(first);
    this.runs += 1;
    if (reachedUs === null) series.isOver = true;
    else series.tried += 1;
    // Promises take a fault for in force until its end: the same run, with an end as soon as the node is back.
    const isHeld = reachedUs === null || first.judgement.verdict === 'holds';
    const endUs = Math.min(durationUs, (reachedUs ?? 0) + series.point.downUs + 1);
    const done = isHeld ? first : this.killedAt(series, endUs);
    if (reachedUs !== null && done.judgement.verdict === 'unknown') this.unknown += 1;
    return { done, isReached: reachedUs !== null };
  }

  private next(): Series {
    for (;;) {
      const series = this.series[this.turn++ % this.series.length] as Series;
      if (!series.isOver) return series;
    }
  }

  private killedAt({ node, point, tried }: Series, untilUs: number): ScenarioRun {
    const upon: CrashPoint = { ...point, nth: tried + 1 };
    const crash = { kind: 'crash', atUs: 0, untilUs, nodes: { of: 'node', node }, upon } as const;
    const program: Program = { ...this.program, faults: [...this.program.faults, crash] };
    const done = runScenario(this.simulation, this.system, this.scenario, program);
    this.events += done.run.history.events.length;
    return done;
  }

  /** When the node was killed, µs since the cluster was ready; null: it never came so far. */
  private reachedUs({ run }: ScenarioRun): number | null {
    const own = this.program.faults.length;
    const { events, readyUs } = run.history;
    const isOwn = (e: HistoryEvent): boolean =>
      e.type === 'fault' && e.fault === own && e.phase === 'effective';
    const effective = events.find(isOwn);
    return effective === undefined ? null : effective.timeUs - readyUs;
  }
}

function* seriesOf({ shape }: Program): Generator<Series> {
  for (const downUs of downsUs) {
    for (const of of ['record', 'synced', 'message'] as const) {
      for (const node of shape.nodes.keys()) {
        yield { node, point: { of, like: {}, downUs }, tried: 0, isOver: false };
      }
    }
  }
}

/** Its first operations, with the faults that begin until then. */
function beginningOf(program: Program): Program {
  const due = new Map<number, number>();
  for (const operations of program.clients) {
    let atUs = 0;
    for (const { id, afterUs } of operations) due.set(id, (atUs += afterUs));
  }
  const kept = [...due].sort(([, a], [, b]) => a - b).slice(0, operationsMax);
  const lastUs = kept.at(-1)?.[1] ?? 0;
  const ids = new Set(kept.map(([id]) => id));
  const durationUs = Math.min(program.durationUs, lastUs + restUs);
  return {
    ...program,
    durationUs,
    clients: program.clients.map((operations) => operations.filter((op) => ids.has(op.id))),
    faults: program.faults
      .filter((f) => f.atUs < lastUs)
      .map((f) => ({ ...f, untilUs: Math.min(f.untilUs, durationUs) })),
  };
}
