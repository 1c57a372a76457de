/**
 * The independent judge of the two weakest levels, which promise nothing of what a transaction reads
 * together. It installs the writes of one transaction after another.
 *
 * Read committed: every read is of a state that had been installed before the transaction stands, and
 * that no transaction was only halfway to; what the transaction wrote itself aside. Read uncommitted:
 * the writers stand in the order that the longest list read of each key shows.
 */
import { refuteMembers } from './serial.ts';
import { ending, type TxnTable } from '../table/table.ts';
import { PairIndex } from '../table/pair-index.ts';
import { nothing } from '../table/values.ts';

/** Null when `order` is such an order of rows. Otherwise what is wrong. */
export function refuteCommitted(
  table: TxnTable,
  order: Int32Array,
  level: 'read-committed' | 'read-uncommitted',
): string | null {
  const fault = refuteMembers(table, order);
  if (fault !== null) return fault;
  const run = new InstalledRun(table);
  for (const row of order) {
    const isKnown = table.ending.at(row) === ending.committed;
    if (isKnown && level === 'read-committed' && !run.areReadsInstalled(row)) {
      return `row ${row} read what had not been installed where it stands`;
    }
    run.install(row);
  }
  return level === 'read-uncommitted' ? run.refuteLongest(order) : null;
}

class InstalledRun {
  private readonly table: TxnTable;
  private readonly lists: number[][];
  /** By key: how long the list was when a transaction had done with it. */
  private readonly stops: Set<number>[];
  /** The final value of each transaction that was installed, and all that was ever written. */
  private readonly installed = new PairIndex();
  private readonly written = new PairIndex();
  private readonly rowOf: Int32Array;

  constructor(table: TxnTable) {
    this.table = table;
    this.lists = Array.from({ length: table.keys }, () => []);
    this.stops = Array.from({ length: table.keys }, () => new Set([0]));
    this.rowOf = new Int32Array(table.key.length);
    for (let row = 0; row < table.rows; row++) {
      for (let m = table.from.at(row); m < table.to.at(row); m++) {
        this.rowOf[m] = row;
        if (table.isWrite.at(m) === 1) this.written.add(table.key.at(m), table.value.at(m), m);
      }
    }
  }

  install(row: number): void {
    const { table } = this;
    const last = new Map<number, number>();
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 0) continue;
      this.lists[table.key.at(m)]?.push(table.value.at(m));
      last.set(table.key.at(m), table.value.at(m));
    }
    for (const [key, value] of last) {
      this.stops[key]?.add((this.lists[key] as number[]).length);
      this.installed.add(key, value, row);
    }
  }

  areReadsInstalled(row: number): boolean {
    const { table } = this;
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 1) continue;
      const isGood =
        table.kind === 'list-append' ? this.isListInstalled(row, m) : this.isValue(row, m);
      if (!isGood) return false;
    }
    return true;
  }

  /** In the longest list read of each key writers stand as they do in `order`, others left out. */
  refuteLongest(order: Int32Array): string | null {
    const { table } = this;
    if (table.kind === 'rw-register') return null;
    const place = new Int32Array(table.rows).fill(-1);
    order.forEach((row, i) => {
      place[row] = i;
    });
    for (const list of this.longestLists()) {
      if (list === -1) continue;
      let last = -1;
      for (const element of this.elementsOf(list)) {
        const micro = this.written.get(table.lists.key.at(list), element);
        const at = micro === -1 ? -1 : (place[this.rowOf[micro] as number] as number);
        if (at === -1) continue;
        if (at < last) return `the list ${list} is not in the order of its appends`;
        last = at;
      }
    }
    return null;
  }

  /** By key: the longest list that somebody read of what others appended, the first of several. */
  private longestLists(): Int32Array {
    const { table } = this;
    const longest = new Int32Array(table.keys).fill(-1);
    for (let m = 0; m < table.key.length; m++) {
      const row = this.rowOf[m] as number;
      if (table.isWrite.at(m) === 1 || table.ending.at(row) !== ending.committed) continue;
      const key = table.key.at(m);
      let list = table.value.at(m);
      while (table.lists.size.at(list) > 0 && this.isBy(row, key, table.lists.element.at(list))) {
        list = table.lists.parent.at(list);
      }
      const best = longest[key] as number;
      const more = best === -1 ? 1 : table.lists.size.at(list) - table.lists.size.at(best);
      if (more > 0 || (more === 0 && list < best)) longest[key] = list;
    }
    return longest;
  }

  private isListInstalled(row: number, read: number): boolean {
    const { table } = this;
    const key = table.key.at(read);
    const elements = this.elementsOf(table.value.at(read));
    while (elements.length > 0 && this.isOwn(row, read, key, elements.at(-1) as number)) {
      elements.pop();
    }
    const now = this.lists[key] as number[];
    const isBefore = elements.every((e, i) => e === now[i]);
    return isBefore && this.stops[key]?.has(elements.length) === true;
  }

  private isValue(row: number, read: number): boolean {
    const key = this.table.key.at(read);
    const value = this.table.value.at(read);
    if (value === nothing || this.isOwn(row, read, key, value)) return true;
    return this.installed.get(key, value) !== -1 || this.written.get(key, value) === -1;
  }

  /** Did the transaction write this itself before the read? */
  private isOwn(row: number, read: number, key: number, value: number): boolean {
    return this.isBy(row, key, value) && this.written.get(key, value) < read;
  }

  private isBy(row: number, key: number, value: number): boolean {
    const micro = this.written.get(key, value);
    return micro !== -1 && this.rowOf[micro] === row;
  }

  private elementsOf(list: number): number[] {
    const { parent, element, size } = this.table.lists;
    const all: number[] = [];
    for (let at = list; size.at(at) > 0; at = parent.at(at)) all.push(element.at(at));
    return all.reverse();
  }
}
