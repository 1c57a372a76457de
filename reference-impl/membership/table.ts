/**
 * One member's table of all members, as differences from a base that all cells share.
 *
 * 10,000 members that know 10,000 each are 10⁸ cells, and nearly all hold what they held at the
 * start. So only the others are kept, in a small open-addressed hash table, and a whole array is
 * made once that is smaller. Either takes at most 4 bytes a member, 8 while it grows; a look-up
 * touches one line of memory, which is what ten thousand members in one process wait for.
 */
import { assert } from '../../harness/core/assert.ts';
import { isLive, statusOf, type Cell } from './cell.ts';

/** First capacity: as many pairs as a small typed array holds within its own object. */
const firstInts = 16;
/** Knuth's multiplier: neighbours are spread over the whole table. */
const spread = 0x9e3779b1;
/** Above the bits of a cell: a mark of the table's owner. */
const markBit = 1 << 31;

export class MemberTable {
  readonly size: number;
  /** Members that are alive or suspect. */
  liveCount: number;
  deadCount = 0;
  private readonly base: Cell;
  /** Pairs of member + 1 and cell, at most half of them used; 0 is a free pair. */
  private pairs: Int32Array;
  private used = 0;
  /** Every cell, once that takes less room than the pairs. */
  private dense: Int32Array | null = null;

  /** Every cell starts as `base`. */
  constructor(size: number, base: Cell) {
    assert(size > 0 && size <= 1_000_000, 'a table has 1 to 1,000,000 members', { size });
    this.size = size;
    this.base = base;
    this.liveCount = isLive(base) ? size : 0;
    this.pairs = new Int32Array(firstInts);
    if (size < firstInts) this.dense = new Int32Array(size).fill(base);
  }

  get(member: number): Cell {
    return this.raw(member) & ~markBit;
  }

  /** Was the member's cell marked since it was set? */
  isMarked(member: number): boolean {
    return this.raw(member) < 0;
  }

  /** Marks a cell that differs from the base, until it is set again. */
  mark(member: number): void {
    const cell = this.get(member);
    assert(cell !== this.base, 'the base is shared and not marked', { member });
    this.write(member, cell | markBit);
  }

  set(member: number, cell: Cell): void {
    assert(member >= 0 && member < this.size, 'no such member', { member, size: this.size });
    const was = this.get(member);
    if (was === cell) return;
    this.liveCount += Number(isLive(cell)) - Number(isLive(was));
    this.deadCount += Number(statusOf(cell) === 'dead') - Number(statusOf(was) === 'dead');
    if (this.dense === null && 4 * (this.used + 1) > this.pairs.length) this.widen();
    this.write(member, cell);
  }

  /** The whole table as runs `[first, count, cell, …]`, ascending; unknown members are left out. */
  runs(): number[] {
    const out: number[] = [];
    if (this.dense !== null) {
      for (let m = 0; m < this.size; m++) addRun(out, m, 1, this.get(m));
      return out;
    }
    let next = 0;
    for (const member of this.othersThanBase(0, this.size)) {
      addRun(out, next, member - next, this.base);
      addRun(out, member, 1, this.get(member));
      next = member + 1;
    }
    addRun(out, next, this.size - next, this.base);
    return out;
  }

  /** Calls `take` for the members of first…end−1 that do not hold `cell`, ascending. It may set their cells. */
  forOthers(cell: Cell, first: number, end: number, take: (member: number) => void): void {
    assert(first >= 0 && end <= this.size, 'a range of members', { first, end, size: this.size });
    if (this.dense === null && cell === this.base) {
      for (const member of this.othersThanBase(first, end)) take(member);
      return;
    }
    for (let member = first; member < end; member++) {
      if (this.get(member) !== cell) take(member);
    }
  }

  /** The same as a list, of a table that is not an array: those that have a pair. */
  private othersThanBase(first: number, end: number): number[] {
    const out: number[] = [];
    for (let at = 0; at < this.pairs.length; at += 2) {
      const member = (this.pairs[at] as number) - 1;
      if (member >= first && member < end && this.get(member) !== this.base) out.push(member);
    }
    return out.sort((x, y) => x - y);
  }

  private raw(member: number): number {
    if (this.dense !== null) return this.dense[member] as number;
    const at = this.find(member);
    return this.pairs[at] === 0 ? this.base : (this.pairs[at + 1] as number);
  }

  private write(member: number, cell: number): void {
    if (this.dense === null) this.put(member, cell);
    else this.dense[member] = cell;
  }

  /** Where the member's pair is, or the free pair where it belongs. */
  private find(member: number): number {
    const { pairs } = this;
    const mask = pairs.length - 2;
    let at = (Math.imul(member, spread) >>> 15) & mask;
    while (pairs[at] !== 0 && pairs[at] !== member + 1) at = (at + 2) & mask;
    return at;
  }

  private put(member: number, cell: Cell): void {
    const at = this.find(member);
    if (this.pairs[at] === 0) this.used += 1;
    this.pairs[at] = member + 1;
    this.pairs[at + 1] = cell;
  }

  private widen(): void {
    const old = this.pairs;
    if (2 * old.length > this.size) {
      this.dense = Int32Array.from({ length: this.size }, (_, member) => this.raw(member));
      this.pairs = new Int32Array(0);
      return;
    }
    this.pairs = new Int32Array(2 * old.length);
    this.used = 0;
    for (let at = 0; at < old.length; at += 2) {
      if (old[at] !== 0) this.put((old[at] as number) - 1, old[at + 1] as number);
    }
  }
}

/** Appends a run, or makes the last one longer. */
function addRun(runs: number[], first: number, count: number, cell: Cell): void {
  if (count === 0 || cell === 0) return;
  const last = runs.length - 3;
  const isSame = last >= 0 && runs[last + 2] === cell;
  if (isSame && (runs[last] as number) + (runs[last + 1] as number) === first) {
    runs[last + 1] = (runs[last + 1] as number) + count;
  } else {
    runs.push(first, count, cell);
  }
}
