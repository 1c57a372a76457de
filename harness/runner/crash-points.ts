/**
 * Crash points of a short program, enumerated: one run for each record that a node writes, in which it is killed while
 * that is being written, one in which it is killed when that is on its disk and what waits for it has not left, and one
 * for each message that it sends, in which it is killed right after that; then it starts again from its disk. What a
 * random search finds by luck is found here by counting, or said to be tried. (ALICE, OSDI 2014, enumerates what crashes
 * leave of the writes of one machine; here the other machines go on.)
 *
 * Some bugs need two crashes. Of them there are too many to be tried: of each node and kind the first few points after
 * each first crash are, the nearest ones of all first crashes before the next.
 */
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { CrashPoint } from '../faults/crash-point.ts';
import { nodeName } from '../faults/describe.ts';
import type { Simulation } from './counterexample.ts';
import { KillRuns } from './kills.ts';
import type { Kill } from './kills.ts';
import type { ScenarioRun } from './run-scenario.ts';

/** How long a killed node is down, µs: back at once, with what it forgot; or when others have gone on. */
const downsUs = [2_000, 800_000] as const;
/** Operations that are left of a program, so that its steps are hundreds. */
const operationsMax = 12;
const wordsOf = { record: 'record', synced: 'synced record', message: 'message' } as const;
/** Time after the last of them, µs. */
const restUs = 2_500_000;

/** The points of one kind of one node, which are tried from the first on; perhaps after a crash. */
interface Series {
  readonly node: NodeId;
  readonly point: Omit<CrashPoint, 'nth'>;
  readonly after: Crash | null;
  tried: number;
  isOver: boolean;
}

/** One that was reached, and when. */
interface Crash extends Kill {
  readonly reachedUs: number;
}

export interface CrashPointRun {
  readonly done: ScenarioRun;
  /** False: the run had no such point. */
  readonly isReached: boolean;
}

export class CrashPointSearch {
  runs = 0;
  /** Points whose run proved nothing. */
  unknown = 0;
  /** Points that were tried, and pairs of them. */
  tried = 0;
  pairs = 0;
  readonly program: Program;
  private readonly kills: KillRuns;
  private readonly series: readonly Series[];
  /** Each followed by a second crash, in the order in which they were tried. */
  private readonly seconds: Series[] = [];
  /** After a first crash so many points of each node and kind are tried; 0: one crash is all. */
  private readonly pairsWithin: number;
  private turn = 0;

  /** `program`: of the scenario; its beginning is what runs. */
  constructor(
    simulation: Simulation,
    system: System,
    scenario: Scenario,
    program: Program,
    pairsWithin = 0,
  ) {
    this.program = beginningOf(program);
    this.pairsWithin = pairsWithin;
    this.kills = new KillRuns(simulation, system, scenario, this.program);
    this.series = [...seriesOf(program, null)];
  }

  get events(): number {
    return this.kills.events;
  }

  get isOver(): boolean {
    return this.isFirstOver && this.seconds.every((s) => this.isDone(s));
  }

  /** What was not tried, one line for each kind and node, and one for all pairs; none: all was. */
  get untried(): readonly string[] {
    const singles = this.series
      .filter((s) => !s.isOver)
      .map(({ node, point, tried }) => {
        const where = `${wordsOf[point.of]} ${tried + 1}`;
        return `${nodeName(this.program.shape, node)} from ${where} on, down for ${point.downUs / 1_000} ms`;
      });
    if (this.pairsWithin === 0) return singles;
    const open = this.seconds.filter((s) => !this.isDone(s));
    const left = open.reduce((sum, s) => sum + this.pairsWithin - s.tried, 0);
    if (left > 0) singles.push(`a second crash after one that was tried, at up to ${left} points`);
    if (!this.isFirstOver) singles.push('a second crash after one of these');
    return singles;
  }

  /** The next point. It must not be over. */
  step(): CrashPointRun {
    const series = this.next();
    const { node, point, after } = series;
    const fromUs = after === null ? 0 : after.reachedUs + 1;
    const kill: Kill = { node, point: { ...point, nth: series.tried + 1 }, fromUs };
    const { done, reachedUs } = this.kills.run(after === null ? [kill] : [after, kill]);
    this.runs += 1;
    if (reachedUs === null) series.isOver = true;
    else this.reached(series, { ...kill, reachedUs });
    if (reachedUs !== null && done.judgement.verdict === 'unknown') this.unknown += 1;
    return { done, isReached: reachedUs !== null };
  }

  private reached(series: Series, crash: Crash): void {
    series.tried += 1;
    if (series.after !== null) {
      this.pairs += 1;
      return;
    }
    this.tried += 1;
    if (this.pairsWithin > 0) this.seconds.push(...seriesOf(this.program, crash));
  }

  private next(): Series {
    const all = this.isFirstOver ? this.seconds : this.series;
    for (;;) {
      const series = all[this.turn++ % all.length] as Series;
      if (!this.isDone(series)) return series;
    }
  }

  private get isFirstOver(): boolean {
    return this.series.every((s) => s.isOver);
  }

  private isDone({ isOver, after, tried }: Series): boolean {
    return isOver || (after !== null && tried >= this.pairsWithin);
  }
}

function* seriesOf({ shape }: Program, after: Crash | null): Generator<Series> {
  for (const downUs of downsUs) {
    for (const of of ['record', 'synced', 'message'] as const) {
      for (const node of shape.nodes.keys()) {
        yield { node, point: { of, like: {}, downUs }, after, tried: 0, isOver: false };
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
