/**
 * A likely order of the transactions, to tell likely writers by: each takes effect when it returns, or
 * earlier where another needs what it wrote or is about to overwrite what it read. A guess, no more.
 */
import { ending, type TxnTable } from '../table/table.ts';
import { nothing } from '../table/values.ts';
import { never } from '../../operations.ts';

/** So many transactions may have to take effect before one. */
const depthMax = 20;

/** By read: the write that the guess takes it from, -1 for the state before all; none: no guess. */
export function guessWriters(table: TxnTable): ReadonlyMap<number, number> {
  const guess = new Guess(table);
  const events: number[] = [];
  for (let row = 0; row < table.rows; row++) {
    if (table.ending.at(row) === ending.aborted) continue;
    events[table.call.at(row)] = row;
    const isOver = table.ending.at(row) === ending.committed && table.end.at(row) !== never;
    if (isOver) events[table.end.at(row)] = row;
  }
  // Positions of a row: the first time it is called, the second time it returns.
  for (const row of events) {
    if (row === undefined) continue;
    if (guess.isKnown(row)) guess.settle(row, 0);
    else guess.call(row);
  }
  return guess.writers;
}

interface Read {
  readonly key: number;
  readonly value: number;
  readonly read: number;
}

class Guess {
  readonly writers = new Map<number, number>();
  private readonly table: TxnTable;
  /** By key: its value, and the write that made it. */
  private readonly now: Int32Array;
  private readonly by: Int32Array;
  /** Rows that were called and did not take effect: by key those that read it, and those that write it. */
  private readonly readersOf = new Map<number, Set<number>>();
  private readonly writersOf = new Map<number, Set<number>>();
  private readonly state: Uint8Array;

  constructor(table: TxnTable) {
    this.table = table;
    this.now = new Int32Array(table.keys).fill(nothing);
    this.by = new Int32Array(table.keys).fill(-1);
    this.state = new Uint8Array(table.rows);
  }

  isKnown(row: number): boolean {
    return this.state[row] !== stages.unknown;
  }

  call(row: number): void {
    this.state[row] = stages.waiting;
    for (const { key } of this.reads(row)) addTo(this.readersOf, key, row);
    for (const key of this.writes(row).keys()) addTo(this.writersOf, key, row);
  }

  /** Lets a row take effect, whether its reads are right by then or not. */
  settle(row: number, depth: number): void {
    if (this.state[row] !== stages.waiting || depth > depthMax) return;
    this.state[row] = stages.due;
    const reads = this.reads(row);
    this.prepare(reads, depth);
    const writes = this.writes(row);
    for (const [key, micro] of writes) {
      if (this.table.value.at(micro) === this.now[key]) continue;
      for (const reader of this.waiting(this.readersOf, key))
        this.letFirst(reader, key, reads, depth);
    }
    for (const { key, value, read } of reads) {
      if (this.now[key] === value) this.writers.set(read, this.by[key] as number);
    }
    for (const [key, micro] of writes) {
      this.now[key] = this.table.value.at(micro);
      this.by[key] = micro;
      this.writersOf.get(key)?.delete(row);
    }
    for (const { key } of reads) this.readersOf.get(key)?.delete(row);
    this.state[row] = stages.done;
  }

  /** Lets those take effect first that wrote what is to be read. */
  private prepare(reads: readonly Read[], depth: number): void {
    for (const { key, value } of reads) {
      if (this.now[key] === value) continue;
      const writers = this.waiting(this.writersOf, key).filter(
        (w) => this.valueBy(w, key) === value,
      );
      const writer = writers.find((w) => this.isReady(w)) ?? writers[0];
      if (writer !== undefined) this.settle(writer, depth + 1);
    }
  }

  /** Lets a row take effect that read a key which is about to be overwritten, by one that read `reads`. */
  private letFirst(row: number, key: number, reads: readonly Read[], depth: number): void {
    const own = this.reads(row);
    if (own.find((r) => r.key === key)?.value !== this.now[key]) return;
    const isSpoiled = [...this.writes(row).keys()].some((k) => reads.some((r) => r.key === k));
    if (isSpoiled || this.state[row] !== stages.waiting || depth > depthMax) return;
    if (!this.isReady(row)) {
      this.state[row] = stages.due;
      this.prepare(own, depth + 1);
      this.state[row] = stages.waiting;
    }
    if (this.isReady(row)) this.settle(row, depth + 1);
  }

  private waiting(rows: ReadonlyMap<number, ReadonlySet<number>>, key: number): number[] {
    return [...(rows.get(key) ?? [])].filter((row) => this.state[row] === stages.waiting);
  }

  /** Would it read what it read? */
  private isReady(row: number): boolean {
    return this.reads(row).every(({ key, value }) => this.now[key] === value);
  }

  private valueBy(row: number, key: number): number | undefined {
    const micro = this.writes(row).get(key);
    return micro === undefined ? undefined : this.table.value.at(micro);
  }

  /** What a row is known to have read of others. */
  private reads(row: number): Read[] {
    const { table } = this;
    if (table.ending.at(row) !== ending.committed) return [];
    const touched = new Set<number>();
    const reads: Read[] = [];
    for (let read = table.from.at(row); read < table.to.at(row); read++) {
      const key = table.key.at(read);
      const isFirst = !touched.has(key);
      touched.add(key);
      if (!isFirst || table.isWrite.at(read) === 1) continue;
      reads.push({ key, value: table.value.at(read), read });
    }
    return reads;
  }

  /** By key: its last write. */
  private writes(row: number): Map<number, number> {
    const { table } = this;
    const writes = new Map<number, number>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 1) writes.set(table.key.at(m), m);
    }
    return writes;
  }
}

const stages = { unknown: 0, waiting: 1, due: 2, done: 3 } as const;

function addTo(sets: Map<number, Set<number>>, key: number, row: number): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([row]));
  else set.add(row);
}
