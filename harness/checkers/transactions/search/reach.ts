/** What comes before what, of all pairs of points: a bit each. */
import type { Precedence, Problem } from './problem.ts';

export class Reach {
  private readonly p: Problem;
  private readonly words: number;
  /** By point, a row of bits: what comes after it. */
  private readonly after: Uint32Array;
  private readonly added = new Map<number, number[]>();
  /** Points before what was added one by one, in turn; and rows as they were at the last mark, by point. */
  private readonly from: number[] = [];
  private readonly rows = new Map<number, Uint32Array>();
  private marked = 0;

  private constructor(problem: Problem) {
    this.p = problem;
    this.words = Math.ceil(problem.points / 32);
    this.after = new Uint32Array(this.words * problem.points);
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
    this.from.push(from);
    for (let point = 0; point < this.p.points; point++) {
      if (point === from || (this.isBefore(point, from) && !this.isBefore(point, to))) {
        this.keep(point);
        this.takeOver(point, to);
      }
    }
    return true;
  }

  /** How many were added one by one. */
  get edges(): number {
    return this.from.length;
  }

  /** What is added one by one from now on can be taken back. */
  mark(): void {
    this.rows.clear();
    this.marked = this.from.length;
  }

  /** All since the mark. */
  takeBack(): void {
    for (const [point, row] of this.rows) this.after.set(row, point * this.words);
    for (const from of this.from.splice(this.marked)) this.added.get(from)?.pop();
    this.rows.clear();
  }

  private keep(point: number): void {
    if (this.rows.has(point)) return;
    const at = point * this.words;
    this.rows.set(point, this.after.slice(at, at + this.words));
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
    const list = this.added.get(from);
    if (list === undefined) this.added.set(from, [to]);
    else list.push(to);
  }

  private each(from: number, visit: (to: number) => void): void {
    this.p.after.each(from, 0xff, visit);
    for (const to of this.added.get(from) ?? []) visit(to);
  }
}
