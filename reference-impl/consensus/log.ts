/**
 * The log in memory: entries 1…lastIndex. Entry 0 is before the first, of term 0.
 *
 * The seam for snapshots is here: nobody else knows that the first entry kept is number 1.
 */
import { assert } from '../../harness/core/assert.ts';
import type { Entry } from './messages.ts';

export class Log {
  private readonly entries: Entry[] = [];

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
    for (const e of entries) this.entries.push(e);
  }

  /** At most `max` entries from `first` on; the same empty array whenever there are none. */
  slice(first: number, max: number): readonly Entry[] {
    if (first > this.lastIndex) return nothing;
    return this.entries.slice(first - 1, first - 1 + max);
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
