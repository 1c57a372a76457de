/** Registers to which values were written more than once: which of its writers each read showed. */
import { ending, type TxnTable } from '../table/table.ts';
import type { IntList } from '../table/int-list.ts';
import { nothing } from '../table/values.ts';
import type { Choice, Choices } from './choices.ts';
import { guessWriters } from './register-guess.ts';
import { Writers } from './writers.ts';

/** The read showed the state before all writes. */
const initial = -1;
/** Of more writers than these the nearest in time are looked at. */
const writersMax = 8;

/** A read of what several wrote, and who of them it may have been: micro-operations, or `initial`; the likeliest first. */
interface Reading {
  readonly read: number;
  readonly writers: readonly number[];
}

export class RegisterChoices implements Choices {
  readonly all: readonly Reading[];
  /** Are all writers of each read among those that are looked at? */
  readonly isWhole: boolean;
  private readonly table: TxnTable;
  private readonly written: Writers;
  /** By row: its reads that leave a choice. */
  private readonly byRow = new Map<number, number[]>();

  constructor(table: TxnTable) {
    this.table = table;
    this.written = new Writers(table);
    const guessed = guessWriters(table);
    const all: Reading[] = [];
    let isWhole = true;
    for (let row = 0; row < table.rows; row++) {
      for (const read of this.readsOf(row)) {
        const writers = this.writersOf(read, row);
        if (writers.length === 0) continue;
        const guess = guessed.get(read);
        const first = guess === undefined || !writers.includes(guess) ? [] : [guess];
        const others = writers.filter((w) => w !== guess || first.length === 0);
        if (writers.length > 1) this.byRow.set(row, [...(this.byRow.get(row) ?? []), all.length]);
        all.push({ read, writers: [...first, ...others].slice(0, writersMax) });
        if (writers.length > writersMax) isWhole = false;
      }
    }
    this.all = all;
    this.isWhole = isWhole;
  }

  concerns(row: number): boolean {
    return this.byRow.has(row);
  }

  /** The next writers of one read. */
  *near(choice: Choice, rows: readonly number[]): Iterable<number[]> {
    for (const i of rows.flatMap((row) => this.byRow.get(row) ?? [])) {
      const { length } = (this.all[i] as Reading).writers;
      for (let k = 1; k < length; k++) yield choice.with(i, ((choice[i] as number) + k) % length);
    }
  }

  chosen(choice: Choice): TxnTable {
    const { table, written } = this;
    const value = written.codes();
    this.all.forEach(({ read, writers }, i) => {
      const writer = writers[choice[i] as number] as number;
      value.set(read, writer === initial ? nothing : written.codeOf(writer));
    });
    for (let row = 0; row < table.rows; row++) this.repeat(row, value);
    return table.withValues(value);
  }

  /** Reads of others. What it wrote or read before it is told again, or it is wrong whoever wrote it. */
  private readsOf(row: number): number[] {
    const { table } = this;
    if (table.ending.at(row) !== ending.committed) return [];
    const own = new Set<number>();
    const reads: number[] = [];
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      const key = table.key.at(m);
      if (table.isWrite.at(m) === 0 && !own.has(key)) reads.push(m);
      own.add(key);
    }
    return reads;
  }

  /** What a row reads of a key again is what it wrote or read before, if it looks the same. */
  private repeat(row: number, value: IntList): void {
    const { table } = this;
    const last = new Map<number, number>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      const key = table.key.at(m);
      const before = last.get(key);
      last.set(key, m);
      if (before === undefined || table.isWrite.at(m) === 1) continue;
      if (table.value.at(before) === table.value.at(m)) value.set(m, value.at(before));
    }
  }

  /**
   * All others that may have written what a read shows, if several wrote it; the likeliest first: the
   * last that was over by then.
   */
  private writersOf(read: number, row: number): readonly number[] {
    const { table, written } = this;
    const value = table.value.at(read);
    const every = written.of(table.key.at(read), value);
    if (every.length === 0 || every.length + (value === nothing ? 1 : 0) < 2) return [];
    const all = every.filter((m) => written.rowOf[m] !== row);
    const end = table.end.at(row);
    const isGood = (m: number): boolean =>
      table.ending.at(written.rowOf[m] as number) !== ending.aborted;
    const past = all.filter((m) => isGood(m) && written.moment(m) <= end).reverse();
    const later = all.filter((m) => isGood(m) && written.moment(m) > end);
    const undone = all.filter((m) => !isGood(m));
    return [...past, ...(value === nothing ? [initial] : []), ...later, ...undone];
  }
}
