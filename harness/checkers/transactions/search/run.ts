/**
 * Runs transactions so that each reads what it read: whatever does no harm happens as soon as it may, the
 * rest as it is due. A version may be replaced only when all its readers had it; under snapshot isolation
 * a key belongs to whoever is going to write it, from start to commit (first committer wins). Gets stuck,
 * takes back, and goes on.
 */
import { PointHeap } from './point-heap.ts';
import type { Precedence, Problem, Why } from './problem.ts';
import { Stage } from './stage.ts';

/** A point that keeps another from happening: why, as long as a decision stands; and its contrary. */
export interface Blocker {
  readonly point: number;
  readonly meanwhile: Precedence;
  readonly instead: Precedence;
}

/** Points looked at for one conclusion. */
const reachMax = 2_000;
/** How many of those that may do harm are looked at for one that does none. */
const choicesMax = 32;

export class Run {
  /** Points in the order in which they happened. */
  readonly order: number[] = [];
  /** Points looked at so far. */
  steps = 0;
  private readonly p: Problem;
  /** By point: its place in `order`; -1: it did not happen. */
  private readonly place: Int32Array;
  /** By point: how many that come before it did not happen. */
  private readonly open: Int32Array;
  /** What was decided, by the point that comes first. */
  private readonly decided = new Map<number, number[]>();
  private readonly comesBefore = new Map<number, number[]>();
  private readonly agenda: PointHeap;
  private readonly risky: PointHeap;
  /** By key: points that wait for something to happen to it. */
  private readonly waiting = new Map<number, number[]>();
  private readonly stage: Stage;

  constructor(problem: Problem) {
    const { points } = problem;
    this.p = problem;
    this.stage = new Stage(problem);
    this.place = new Int32Array(points).fill(-1);
    this.open = new Int32Array(points);
    this.agenda = new PointHeap((point) => problem.rankOf(point));
    this.risky = new PointHeap((point) => problem.rankOf(point));
    for (let v = 0; v < points; v++) this.eachAfter(v, (w) => this.count(w, 1));
    for (let v = 0; v < points; v++) if (this.open[v] === 0) this.agenda.push(v);
  }

  /** Until all points happened (true) or nothing more can. */
  go(): boolean {
    for (;;) {
      const next = this.agenda.pop();
      if (next !== undefined) this.consider(next);
      else if (!this.takeRisk()) return this.order.length === this.p.points;
    }
  }

  isDone(point: number): boolean {
    return this.place[point] !== -1;
  }

  /** Calls `visit` with all that has to come after a point. */
  eachAfter(point: number, visit: (after: number) => void): void {
    this.p.after.each(point, 0xff, visit);
    for (const after of this.decided.get(point) ?? []) visit(after);
  }

  /** Calls `visit` with all that has to come before a point. */
  eachBefore(point: number, visit: (before: number) => void): void {
    this.p.before.each(point, 0xff, visit);
    for (const before of this.comesBefore.get(point) ?? []) visit(before);
  }

  /** From now on; what happened otherwise is taken back. */
  decide({ from, to }: Precedence): void {
    const [first, second] = [this.place[from] as number, this.place[to] as number];
    if (second !== -1 && (first === -1 || first > second)) this.takeBack(second);
    addTo(this.decided, from, to);
    addTo(this.comesBefore, to, from);
    if (!this.isDone(from)) this.count(to, 1);
  }

  /** The last decision that was not taken back. */
  undecide({ from, to }: Precedence): void {
    this.decided.get(from)?.pop();
    this.comesBefore.get(to)?.pop();
    if (!this.isDone(from)) this.count(to, -1);
  }

  /** Points that only a key keeps from happening, as they are due. */
  stuck(): number[] {
    const points = new Set<number>();
    for (const [, all] of this.waiting) {
      for (const point of all) {
        if (!this.isDone(point) && this.open[point] === 0) points.add(point);
      }
    }
    return [...points].sort((a, b) => this.p.rankOf(a) - this.p.rankOf(b) || a - b);
  }

  /** Of a point that is stuck. */
  blockers(point: number): Blocker[] {
    const { claims, areApart } = this.p;
    const row = this.p.rowOf(point);
    const isCommit = this.p.isCommit(point);
    // Nothing but what has to come before it keeps a start.
    if (!isCommit && !areApart) return [];
    const commit = this.p.commitOf(row);
    const found: Blocker[] = [];
    const add = (blocker: number, other: number, key: number, now: Why, instead: Why): void => {
      const meanwhile = { from: blocker, to: point, key, why: now };
      const to = areApart ? this.p.startOf(other) : this.p.commitOf(other);
      const contrary = { from: commit, to, key, why: instead };
      found.push({ point: blocker, meanwhile, instead: contrary });
    };
    for (const version of claims.makes.of(row)) {
      const key = claims.keyOf.at(version);
      if (!isCommit) {
        const owner = this.stage.ownerOf(key);
        if (owner === -1) continue;
        add(this.p.commitOf(owner), owner, key, { kind: 'apart' }, { kind: 'apart' });
        continue;
      }
      const there = this.stage.versionAt(key);
      const writer = claims.makerOf.at(there);
      for (const reader of writer === -1 ? [] : (claims.readers[there] ?? [])) {
        const start = this.p.startOf(reader);
        if (reader === row || this.isDone(start)) continue;
        const now = { kind: 'after writer', writer } as const;
        add(start, writer, key, now, { kind: 'before reader', reader });
      }
    }
    return found;
  }

  /** Has `first` to come before `second`, which did not happen, at whatever distance that is known? */
  isBefore(first: number, second: number): boolean {
    const from = this.place[first] as number;
    const reached = new Set<number>([second]);
    for (const at of reached) {
      if (at === first) return true;
      if (reached.size > reachMax) return false;
      this.eachBefore(at, (before) => {
        const place = this.place[before] as number;
        // What happened before the first is not after it.
        if (place === -1 || (from !== -1 && place >= from)) reached.add(before);
      });
    }
    return false;
  }

  private count(point: number, change: number): void {
    const left = (this.open[point] as number) + change;
    this.open[point] = left;
    if (left === 0 && change < 0) this.agenda.push(point);
  }

  private consider(point: number): void {
    this.steps += 1;
    if (this.isDone(point) || this.open[point] !== 0) return;
    const key = this.stage.keyInTheWay(point);
    if (key !== -1) this.wait(point, key);
    else if (this.stage.isHarmless(point)) this.happen(point);
    else this.risky.push(point);
  }

  /** Of several that may do harm one that is known to do none, otherwise the first. */
  private takeRisk(): boolean {
    const choices: number[] = [];
    let chosen = -1;
    while (choices.length < choicesMax && chosen === -1) {
      const point = this.risky.pop();
      if (point === undefined) break;
      this.steps += 1;
      if (this.isDone(point) || this.open[point] !== 0) continue;
      const key = this.stage.keyInTheWay(point);
      if (key !== -1) this.wait(point, key);
      else if (this.isSafe(point)) chosen = point;
      else choices.push(point);
    }
    if (chosen === -1) chosen = choices.shift() ?? -1;
    for (const point of choices) this.risky.push(point);
    if (chosen === -1) return false;
    this.happen(chosen);
    return true;
  }

  private happen(point: number): void {
    this.place[point] = this.order.length;
    this.order.push(point);
    this.stage.play(point, (key) => this.wake(key));
    this.eachAfter(point, (after) => this.count(after, -1));
  }

  /** Everything from a place on. */
  private takeBack(place: number): void {
    const undone = this.order.splice(place).reverse();
    for (const point of undone) {
      this.place[point] = -1;
      this.eachAfter(point, (after) => this.count(after, 1));
      this.stage.takeBack(point, (key) => this.wake(key));
    }
    for (const point of undone) if (this.open[point] === 0) this.agenda.push(point);
  }

  /** Can all readers of what it writes go at once after it? */
  private isSafe(point: number): boolean {
    const { claims } = this.p;
    if (this.p.areApart) return this.open[point + 1] === 1;
    const row = this.p.rowOf(point);
    const isThere = (v: number): boolean => claims.makerOf.at(v) === row || this.stage.isThere(v);
    return claims.makes.of(row).every((made) =>
      (claims.readers[made] ?? []).every((reader) => {
        const start = this.p.startOf(reader);
        let edges = 0;
        this.eachAfter(point, (after) => {
          if (after === start) edges += 1;
        });
        return this.open[start] === edges && claims.needs.of(reader).every(isThere);
      }),
    );
  }

  private wait(point: number, key: number): void {
    addTo(this.waiting, key, point);
  }

  private wake(key: number): void {
    const points = this.waiting.get(key);
    if (points === undefined) return;
    this.waiting.delete(key);
    for (const point of points) this.agenda.push(point);
  }
}

function addTo(lists: Map<number, number[]>, key: number, item: number): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}
