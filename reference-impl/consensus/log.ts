/**
 * The log in memory: entries first…lastIndex, and the term of the one before the first. What is before
 * is covered by a snapshot, and so committed: it agrees with every other log. At the beginning that is
 * entry 0, of term 0.
 */
import { assert } from '../../harness/core/assert.ts';
import { factsOf } from './entry-facts.ts';
import type { EntryFacts } from './entry-facts.ts';
import type { Entry } from './messages.ts';

export class Log {
  private entries: Entry[] = [];
  /** Of each entry: to ask for them anew costs more than all else that is done with it. */
  private facts: EntryFacts[] = [];
  /** Length as JSON of all entries up to each, counted since the log was made. */
  private ends: number[] = [];
  /** Index and term of the entry before the first, and the length up to it. */
  private base = 0;
  private baseTerm = 0;
  private baseEnd = 0;

  /** Index of the first entry that is here, or would be. */
  get first(): number {
    return this.base + 1;
  }

  get lastIndex(): number {
    return this.base + this.entries.length;
  }

  get lastTerm(): number {
    return this.termAt(this.lastIndex);
  }

  entry(index: number): Entry {
    const e = this.entries[index - this.base - 1];
    if (e === undefined) {
      const { first, lastIndex } = this;
      assert(false, 'no such entry', { index, first, lastIndex });
    }
    return e;
  }

  /** What was worked out of an entry that is here. */
  factsAt(index: number): EntryFacts {
    const facts = this.facts[index - this.base - 1];
    if (facts === undefined) assert(false, 'no such entry', { index, first: this.first });
    return facts;
  }

  /** Is the term of this entry known? */
  knows(index: number): boolean {
    return index >= this.base && index <= this.lastIndex;
  }

  /** Term of an entry that is here, or of the one before. */
  termAt(index: number): number {
    return index === this.base ? this.baseTerm : this.entry(index).term;
  }

  /** Does this log hold an entry `index` of `term`? Then all before agree, too (log matching, §5.3). */
  matches(index: number, term: number): boolean {
    if (index < this.base) return true;
    return index <= this.lastIndex && this.termAt(index) === term;
  }

  /** Drops everything after `after`, then appends. */
  append(after: number, entries: readonly Entry[]): void {
    const { base, lastIndex } = this;
    assert(after <= lastIndex, 'a gap in the log', { after, lastIndex });
    assert(after >= base, 'a snapshot is not undone', { after, base });
    if (after < lastIndex) {
      this.entries.length = after - base;
      this.facts.length = after - base;
      this.ends.length = after - base;
    }
    for (const e of entries) {
      const facts = factsOf(e);
      this.ends.push(this.bytesUpTo(this.lastIndex) + facts.bytes);
      this.entries.push(e);
      this.facts.push(facts);
    }
  }

  /** A snapshot up to `index` is in place of everything that was here. */
  reset(index: number, term: number): void {
    this.entries = [];
    this.facts = [];
    this.ends = [];
    this.base = index;
    this.baseTerm = term;
    this.baseEnd = 0;
  }

  /** Forgets entries up to `upTo`, but not the last ones of these that are at most `keptBytes` long. */
  forget(upTo: number, keptBytes: number): void {
    const end = this.bytesUpTo(upTo);
    let index = this.base;
    while (index < upTo && end - this.bytesUpTo(index) > keptBytes) index += 1;
    const baseTerm = this.termAt(index);
    const baseEnd = this.bytesUpTo(index);
    this.entries = this.entries.slice(index - this.base);
    this.facts = this.facts.slice(index - this.base);
    this.ends = this.ends.slice(index - this.base);
    this.base = index;
    this.baseTerm = baseTerm;
    this.baseEnd = baseEnd;
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
    return this.entries.slice(first - 1 - this.base, last - this.base);
  }

  /** Length as JSON of all entries after `after`. */
  bytesAfter(after: number): number {
    return this.bytesUpTo(this.lastIndex) - this.bytesUpTo(after);
  }

  /** Length as JSON of the entries up to `index`, counted from a place that never moves forward. */
  bytesUpTo(index: number): number {
    return this.ends[index - this.base - 1] ?? this.baseEnd;
  }

  /**
   * The largest index ≤ `index` whose term is ≤ `term`: what two conflicting logs may still share.
   * Terms never fall along a log, so this is a binary search. (They do after a node forgot its term;
   * that is for the judges to find, so it is not asserted.)
   */
  lastWithTermAtMost(index: number, term: number): number {
    if (index <= this.base) return index;
    let low = this.base;
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
