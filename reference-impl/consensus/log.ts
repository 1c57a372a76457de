/**
 * The log in memory: entries 1…lastIndex. Entry 0 is before the first, of term 0.
 *
 * The seam for snapshots is here: nobody else knows that the first entry kept is number 1.
 */
import { assert } from '../../harness/core/assert.ts';
import { factsOf } from './entry-facts.ts';
import type { Entry } from './messages.ts';

export class Log {
  private readonly entries: Entry[] = [];
  /** Length as JSON of all entries up to each. */
  private readonly ends: number[] = [];

  get lastIndex(): number {
    return this.entries.length;
  }

  get lastTerm(): number {
    return this.termAt(this.entries.length);
  }

  entry(index: number): Entry {
    const e = this.entries[index - 1];
    if (e === undefined) assert(false, 'no such entry', { index, lastIndex: this.lastIndex });
    return e;
  }

  /** Term of an entry that exists; 0 for index 0. */
  termAt(index: number): number {
    return index === 0 ? 0 : this.entry(index).term;
  }

  /** Does this log hold an entry `index` of `term`? Then all before agree, too (log matching, §5.3). */
  matches(index: number, term: number): boolean {
    return index <= this.lastIndex && this.termAt(index) === term;
  }

  /** Drops everything after `after`, then appends. */
  append(after: number, entries: readonly Entry[]): void {
    assert(after <= this.lastIndex, 'a gap in the log', { after, lastIndex: this.lastIndex });
    this.entries.length = after;
    this.ends.length = after;
    for (const e of entries) {
      this.ends.push(this.bytesUpTo(this.lastIndex) + factsOf(e).bytes);
      this.entries.push(e);
    }
  }

  /**
   * At most `max` entries of `bytesMax` together from `first` on, but one whatever its length; the
   * same empty array whenever there are none.
   */
  slice(first: number, max: number, bytesMax = Infinity): readonly Entry[] {
    if (first > this.lastIndex) return nothing;
    const before = this.bytesUpTo(first - 1);
    let last = Math.min(this.lastIndex, first + max - 1);
    while (last > first && this.bytesUpTo(last) - before > bytesMax) last -= 1;
    return this.entries.slice(first - 1, last);
  }

  /** Length as JSON of all entries after `after`. */
  bytesAfter(after: number): number {
    return this.bytesUpTo(this.lastIndex) - this.bytesUpTo(after);
  }

  private bytesUpTo(index: number): number {
    return this.ends[index - 1] ?? 0;
  }

  /**
   * The largest index ≤ `index` whose term is ≤ `term`: what two conflicting logs may still share.
   * Terms never fall along a log, so this is a binary search. (They do after a node forgot its term;
   * that is for the judges to find, so it is not asserted.)
   */
  lastWithTermAtMost(index: number, term: number): number {
    let low = 0;
    let high = Math.min(index, this.lastIndex);
    while (low < high) {
      const middle = (low + high + 1) >>> 1;
      if (this.termAt(middle) <= term) low = middle;
      else high = middle - 1;
    }
    return low;
  }
}

const nothing: readonly Entry[] = [];
