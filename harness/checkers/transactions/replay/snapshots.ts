/**
 * The independent judge of snapshot isolation: runs a database of snapshots. A transaction sees what had
 * been committed when it started, and its own writes; it may commit only if nobody else committed to a
 * key that it writes since then (first committer wins). Without that rule it is prefix consistency.
 */
import { refuteMembers } from './serial.ts';
import { ending, type TxnTable } from '../table/table.ts';
import { PairIndex } from '../table/pair-index.ts';
import { nothing } from '../table/values.ts';

/**
 * Null when `moments` is such a run: 2r is the start of row r, 2r+1 its commit. Otherwise what is wrong.
 */
export function refuteSnapshots(
  table: TxnTable,
  moments: Int32Array,
  areApart: boolean,
): string | null {
  const fault = refuteMembers(
    table,
    moments.filter((m) => m % 2 === 1).map((m) => m >> 1),
  );
  if (fault !== null) return fault;
  const run = new SnapshotRun(table, areApart);
  const started = new Uint8Array(table.rows);
  for (const moment of moments) {
    const row = moment >> 1;
    if ((moment % 2 === 0) !== (started[row] === 0)) return `row ${row} commits before it starts`;
    started[row] = 1;
    const said = moment % 2 === 0 ? run.start(row) : run.commit(row);
    if (said !== null) return said;
  }
  return null;
}

class SnapshotRun {
  private readonly table: TxnTable;
  private readonly areApart: boolean;
  private readonly lists: number[][];
  private readonly registers: Int32Array;
  /** By key: how many transactions committed to it. */
  private readonly commits: Int32Array;
  /** By write of an open transaction: how many had committed to its key when it started. */
  private readonly commitsAtStart: Int32Array;
  private readonly written = new PairIndex();

  constructor(table: TxnTable, areApart: boolean) {
    this.table = table;
    this.areApart = areApart;
    this.lists = Array.from({ length: table.keys }, () => []);
    this.registers = new Int32Array(table.keys).fill(nothing);
    this.commits = new Int32Array(table.keys);
    this.commitsAtStart = new Int32Array(table.key.length);
    for (let m = 0; m < table.key.length; m++) {
      if (table.isWrite.at(m) === 1) this.written.add(table.key.at(m), table.value.at(m), m);
    }
  }

  start(row: number): string | null {
    const { table } = this;
    const isKnown = table.ending.at(row) === ending.committed;
    const own = new Map<number, number[]>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      const key = table.key.at(m);
      if (table.isWrite.at(m) === 1) {
        own.set(key, [...(own.get(key) ?? []), table.value.at(m)]);
        this.commitsAtStart[m] = this.commits[key] as number;
      } else if (isKnown && !this.isSeen(m, own.get(key) ?? [])) {
        return `row ${row} read what is not in its snapshot`;
      }
    }
    return null;
  }

  commit(row: number): string | null {
    const { table } = this;
    const keys = new Set<number>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 0) continue;
      const key = table.key.at(m);
      if (this.areApart && this.commits[key] !== this.commitsAtStart[m]) {
        return `row ${row} commits to a key that another committed to since it started`;
      }
      this.lists[key]?.push(table.value.at(m));
      this.registers[key] = table.value.at(m);
      keys.add(key);
    }
    for (const key of keys) this.commits[key] = (this.commits[key] as number) + 1;
    return null;
  }

  private isSeen(read: number, own: readonly number[]): boolean {
    const { table } = this;
    const key = table.key.at(read);
    const value = table.value.at(read);
    if (table.kind === 'rw-register') {
      if (value === (own.at(-1) ?? this.registers[key])) return true;
      return value !== nothing && this.written.get(key, value) === -1;
    }
    const { parent, element, size } = table.lists;
    const committed = this.lists[key] as number[];
    if (size.at(value) !== committed.length + own.length) return false;
    let list = value;
    for (let i = own.length - 1; i >= 0; i--, list = parent.at(list)) {
      if (element.at(list) !== own[i]) return false;
    }
    for (let i = committed.length - 1; i >= 0; i--, list = parent.at(list)) {
      if (element.at(list) !== committed[i]) return false;
    }
    return true;
  }
}
