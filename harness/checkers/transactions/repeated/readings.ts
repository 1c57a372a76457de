/**
 * Registers to which values were written more than once: whose write a read showed is not told, so it is
 * chosen. A choice makes a table in which every value is written once, as all checks want it.
 */
import { IntList } from '../table/int-list.ts';
import { PairIndex } from '../table/pair-index.ts';
import { ending, type TxnTable } from '../table/table.ts';
import { nothing } from '../table/values.ts';
import { never } from '../../operations.ts';
import { guessWriters } from './guess.ts';

/** The read showed the state before all writes. */
const initial = -1;
/** Of more writers than these the nearest in time are looked at. */
const writersMax = 8;

/** A read of what several wrote, and who of them it may have been: micro-operations, or `initial`; the likeliest first. */
export interface Reading {
  readonly read: number;
  readonly row: number;
  readonly writers: readonly number[];
}

export class Readings {
  readonly all: readonly Reading[];
  /** Are all writers of each read among those that are looked at? */
  readonly isWhole: boolean;
  private readonly table: TxnTable;
  private readonly groups: Groups;

  constructor(table: TxnTable) {
    this.table = table;
    this.groups = new Groups(table);
    const guessed = guessWriters(table);
    const all: Reading[] = [];
    let isWhole = true;
    for (let row = 0; row < table.rows; row++) {
      if (table.ending.at(row) !== ending.committed) continue;
      const own = new Set<number>();
      for (let read = table.from.at(row); read < table.to.at(row); read++) {
        const key = table.key.at(read);
        const isFirst = !own.has(key);
        own.add(key);
        // What it wrote or read before it is told again, or it is wrong whoever wrote it.
        if (table.isWrite.at(read) === 1 || !isFirst) continue;
        const writers = this.groups.writersOf(read, row);
        if (writers.length === 0) continue;
        const guess = guessed.get(read);
        const first = guess === undefined || !writers.includes(guess) ? [] : [guess];
        const others = writers.filter((w) => w !== guess || first.length === 0);
        all.push({ read, row, writers: [...first, ...others].slice(0, writersMax) });
        if (writers.length > writersMax) isWhole = false;
      }
    }
    this.all = all;
    this.isWhole = isWhole;
  }

  /** How many choices there are, `limit` at most. */
  count(limit: number): number {
    let product = 1;
    for (const { writers } of this.all) {
      product *= writers.length;
      if (product >= limit) return limit;
    }
    return product;
  }

  /** `choice`: by reading, which of its writers it was. */
  chosen(choice: readonly number[]): TxnTable {
    const { table, groups } = this;
    const value = new IntList(table.value.length);
    for (let m = 0; m < table.value.length; m++) value.push(groups.codeOf(m));
    this.all.forEach(({ read, writers }, i) => {
      const writer = writers[choice[i] as number] as number;
      value.set(read, writer === initial ? nothing : groups.codeOf(writer));
    });
    for (let row = 0; row < table.rows; row++) this.repeat(row, value);
    return table.withValues(value);
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
}

/** Writes of one value to one key each. */
class Groups {
  private readonly table: TxnTable;
  private readonly index = new PairIndex();
  private readonly writers: number[][] = [];
  private readonly rowOf: Int32Array;
  /** By write: what it is called where it must be told from others; 0: nothing else. */
  private readonly alias: Int32Array;

  constructor(table: TxnTable) {
    this.table = table;
    this.rowOf = new Int32Array(table.key.length);
    this.alias = new Int32Array(table.key.length);
    for (let row = 0; row < table.rows; row++) {
      for (let m = table.from.at(row); m < table.to.at(row); m++) {
        this.rowOf[m] = row;
        if (table.isWrite.at(m) === 0) continue;
        const [key, value] = [table.key.at(m), table.value.at(m)];
        const group = this.index.add(key, value, this.writers.length);
        const writers = (this.writers[group] ??= []);
        if (writers.length > 0 || value === nothing) {
          this.alias[m] = table.values.alias(table.values.value(value));
        }
        writers.push(m);
      }
    }
    for (const group of this.writers) group.sort((a, b) => this.moment(a) - this.moment(b));
  }

  /**
   * All others that may have written what a read shows, if several wrote it; the likeliest first: the
   * last that was over by then.
   */
  writersOf(read: number, row: number): readonly number[] {
    const { table } = this;
    const value = table.value.at(read);
    const group = this.index.get(table.key.at(read), value);
    if (group === -1) return [];
    const every = this.writers[group] as number[];
    if (every.length + (value === nothing ? 1 : 0) < 2) return [];
    const all = every.filter((m) => this.rowOf[m] !== row);
    const end = table.end.at(row);
    const isGood = (m: number): boolean =>
      table.ending.at(this.rowOf[m] as number) !== ending.aborted;
    const past = all.filter((m) => isGood(m) && this.moment(m) <= end).reverse();
    const later = all.filter((m) => isGood(m) && this.moment(m) > end);
    const undone = all.filter((m) => !isGood(m));
    return [...past, ...(value === nothing ? [initial] : []), ...later, ...undone];
  }

  codeOf(micro: number): number {
    const alias = this.alias[micro] as number;
    return alias === 0 ? this.table.value.at(micro) : alias;
  }

  /** When a write was over, or was called if nobody knows. */
  private moment(write: number): number {
    const row = this.rowOf[write] as number;
    const end = this.table.end.at(row);
    return end === never ? this.table.call.at(row) : end;
  }
}
