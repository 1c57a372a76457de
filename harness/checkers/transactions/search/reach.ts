/** What comes before what, of all pairs of points: a bit each. */
import type { Precedence, Problem } from './problem.ts';

export class Reach {
  private readonly p: Problem;
  private readonly words: number;
  /** By point, a row of bits: what comes after it. */
  private readonly after: Uint32Array;
  /** By point: what was added after it, and what before. */
  private readonly addedAfter: number[][];
  private readonly addedBefore: number[][];
  /** Pairs of points that were added one by one, side by side. */
  private readonly added: number[] = [];
  private marked = 0;
  /** Points whose rows changed since the last mark, and these rows as they were then, side by side. */
  private readonly kept: number[] = [];
  private readonly isKept: Uint8Array;
  private rows = new Uint32Array(0);
  /** Points after which more comes since whoever wants to know took them out. */
  readonly changed = new Set<number>();
  /** Words of rows that were changed, in all. */
  work = 0;

  private constructor(problem: Problem) {
    this.p = problem;
    this.words = Math.ceil(problem.points / 32);
    this.after = new Uint32Array(this.words * problem.points);
    this.addedAfter = Array.from({ length: problem.points }, () => []);
    this.addedBefore = Array.from({ length: problem.points }, () => []);
    this.isKept = new Uint8Array(problem.points);
  }

  /** Null: some come before themselves. */
  static of(problem: Problem): Reach | null {
    const reach = new Reach(problem);
    return reach.close() ? reach : null;
  }

  isBefore(from: number, to: number): boolean {
    return (((this.after[from * this.words + (to >>> 5)] as number) >>> (to & 31)) & 1) === 1;
  }

  /** False: it cannot be, and was not added. */
  add(from: number, to: number): boolean {
    if (this.isBefore(from, to)) return true;
    if (from === to || this.isBefore(to, from)) return false;
    this.note(from, to);
    this.added.push(from, to);
    // Whoever comes before somebody that comes before `to` does so already.
    const open = [from];
    for (let point = open.pop(); point !== undefined; point = open.pop()) {
      if (this.isBefore(point, to)) continue;
      this.keep(point);
      this.takeOver(point, to);
      this.work += this.words;
      this.changed.add(point);
      this.eachBefore(point, (before) => open.push(before));
    }
    return true;
  }

  /** What is added one by one from now on can be taken back. */
  mark(): void {
    this.marked = this.added.length;
    for (const point of this.kept) this.isKept[point] = 0;
    this.kept.length = 0;
  }

  /** All since the mark. */
  takeBack(): void {
    const { words } = this;
    for (const [i, point] of this.kept.entries()) {
      this.after.set(this.rows.subarray(i * words, (i + 1) * words), point * words);
    }
    while (this.added.length > this.marked) {
      this.addedBefore[this.added.pop() as number]?.pop();
      this.addedAfter[this.added.pop() as number]?.pop();
    }
    this.changed.clear();
    this.mark();
  }

  private keep(point: number): void {
    if (this.isKept[point] === 1) return;
    const { words } = this;
    const at = this.kept.length * words;
    if (at === this.rows.length) {
      const larger = new Uint32Array(Math.max(words, at * 2));
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows.set(this.after.subarray(point * words, (point + 1) * words), at);
    this.kept.push(point);
    this.isKept[point] = 1;
  }

  /** Many at once. False: some come before themselves then, and it says nothing any more. */
  addAll(all: readonly Precedence[]): boolean {
    for (const { from, to } of all) this.note(from, to);
    return this.close();
  }

  /** All points, each after those that come before it (Kahn 1962). Fewer: the rest lies on circles or behind them. */
  inOrder(): Int32Array {
    const { points } = this.p;
    const open = new Int32Array(points);
    for (let v = 0; v < points; v++) this.each(v, (w) => (open[w] = (open[w] as number) + 1));
    const order: number[] = [];
    for (let v = 0; v < points; v++) if (open[v] === 0) order.push(v);
    for (const v of order) {
      this.each(v, (w) => {
        const left = (open[w] as number) - 1;
        open[w] = left;
        if (left === 0) order.push(w);
      });
    }
    return Int32Array.from(order);
  }

  private close(): boolean {
    const order = this.inOrder();
    for (const from of order.toReversed()) this.each(from, (to) => this.takeOver(from, to));
    return order.length === this.p.points;
  }

  /** What comes after `to`, and it itself. */
  private takeOver(point: number, to: number): void {
    const { after, words } = this;
    const [row, other] = [point * words, to * words];
    for (let w = 0; w < words; w++) {
      after[row + w] = (after[row + w] as number) | (after[other + w] as number);
    }
    after[row + (to >>> 5)] = (after[row + (to >>> 5)] as number) | (1 << (to & 31));
  }

  private note(from: number, to: number): void {
    this.addedAfter[from]?.push(to);
    this.addedBefore[to]?.push(from);
  }

  private each(from: number, visit: (to: number) => void): void {
    this.p.after.each(from, 0xff, visit);
    for (const to of this.addedAfter[from] as number[]) visit(to);
  }

  private eachBefore(to: number, visit: (from: number) => void): void {
    this.p.before.each(to, 0xff, visit);
    for (const from of this.addedBefore[to] as number[]) visit(from);
  }
}
