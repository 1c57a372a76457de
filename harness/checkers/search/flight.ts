/**
 * Which operations are in flight before a return, and which of them have been taken: bits by recycled
 * slot. Goes forward and back along a part's columns.
 */
import type { Columns } from './columns.ts';

export class Flight {
  private readonly c: Columns;
  /** The return that comes next, and how many operations are called before it. */
  ret = 0;
  called = 0;
  /** By slot: taken. */
  readonly taken: Int32Array;
  /** By rank: operations that never returned and are taken. */
  readonly gone: Int32Array;
  private readonly flying: Int32Array;
  private readonly holder: Int32Array;

  constructor(c: Columns) {
    this.c = c;
    this.taken = new Int32Array((c.slots + 31) >>> 5);
    this.gone = new Int32Array((c.crashed.length + 31) >>> 5);
    this.flying = new Int32Array(this.taken.length);
    this.holder = new Int32Array(c.slots).fill(-1);
    this.callThose();
  }

  get words(): number {
    return this.taken.length;
  }

  isCrashed(op: number): boolean {
    return this.c.crashed[this.c.slot[op] as number] === op;
  }

  isGone(rank: number): boolean {
    return (((this.gone[rank >>> 5] as number) >>> (rank & 31)) & 1) === 1;
  }

  /** Bits of word `w`: in flight and not taken. */
  open(w: number): number {
    return (this.flying[w] as number) & ~(this.taken[w] as number);
  }

  isOpen(slot: number): boolean {
    return ((this.open(slot >>> 5) >>> (slot & 31)) & 1) === 1;
  }

  /** The operation in a slot that is in flight. */
  at(slot: number): number {
    return this.holder[slot] as number;
  }

  take(op: number): void {
    const mask = this.isCrashed(op) ? this.gone : this.taken;
    const s = this.c.slot[op] as number;
    mask[s >>> 5] = (mask[s >>> 5] as number) | (1 << (s & 31));
  }

  /** Passes the next return if its operation is taken. */
  pass(): boolean {
    const s = this.c.slot[this.c.returns[this.ret] as number] as number;
    const bit = 1 << (s & 31);
    if (((this.taken[s >>> 5] as number) & bit) === 0) return false;
    this.taken[s >>> 5] = (this.taken[s >>> 5] as number) & ~bit;
    this.flying[s >>> 5] = (this.flying[s >>> 5] as number) & ~bit;
    this.ret += 1;
    this.callThose();
    return true;
  }

  /** Goes back to before return `ret`. What is taken has to be restored by the caller. */
  backTo(ret: number): void {
    while (this.ret > ret) this.unpass();
  }

  private callThose(): void {
    const until = this.c.calledBefore[this.ret] as number;
    for (; this.called < until; this.called++) {
      if (this.isCrashed(this.called)) continue;
      const s = this.c.slot[this.called] as number;
      this.holder[s] = this.called;
      this.flying[s >>> 5] = (this.flying[s >>> 5] as number) | (1 << (s & 31));
    }
  }

  private unpass(): void {
    this.ret -= 1;
    const until = this.c.calledBefore[this.ret] as number;
    while (this.called > until) {
      this.called -= 1;
      if (this.isCrashed(this.called)) continue;
      const s = this.c.slot[this.called] as number;
      this.holder[s] = this.c.formerHolder[this.called] as number;
      this.flying[s >>> 5] = (this.flying[s >>> 5] as number) & ~(1 << (s & 31));
    }
    const s = this.c.slot[this.c.returns[this.ret] as number] as number;
    this.flying[s >>> 5] = (this.flying[s >>> 5] as number) | (1 << (s & 31));
  }
}
