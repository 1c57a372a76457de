/**
 * What each transaction needs and leaves, for those who look for an order in which all of them can run: a
 * version is what one transaction wrote to a key, or what was there before all writes.
 */
import { IntList } from '../table/int-list.ts';
import type { Txns } from '../table/txns.ts';
import { nothing } from '../table/values.ts';

/** Lists of numbers by owner, side by side. */
export class Rows {
  private readonly starts = new IntList();
  private readonly items = new IntList();

  /** The next owner's. */
  add(items: Iterable<number>): void {
    this.starts.push(this.items.length);
    for (const item of items) this.items.push(item);
  }

  of(owner: number): Int32Array {
    const to = owner + 1 < this.starts.length ? this.starts.at(owner + 1) : this.items.length;
    return this.items.data.subarray(this.starts.at(owner), to);
  }
}

export class Claims {
  readonly keys: number;
  /** By row: versions that it read from others. For lists none: their dependencies say all. */
  readonly needs = new Rows();
  /** By row: versions that it wrote, one a key. */
  readonly makes = new Rows();
  /** By version: its key. The first versions are those of no writes, one a key. */
  readonly keyOf = new IntList();
  /** By version: the rows that read it. */
  readonly readers: number[][] = [];
  /** By version: who wrote it; -1: nobody. */
  readonly makerOf = new IntList();

  /** Of those that took effect; the others claim nothing. */
  constructor(txns: Txns, hasHappened: Uint8Array) {
    const { table, writes } = txns;
    this.keys = table.keys;
    for (let key = 0; key < table.keys; key++) this.version(key, -1);
    const versionOf = new Int32Array(table.key.length).fill(-1);
    for (let row = 0; row < txns.count; row++) {
      const made: number[] = [];
      for (let m = table.from.at(row); hasHappened[row] === 1 && m < table.to.at(row); m++) {
        if (table.isWrite.at(m) === 0 || writes.isFinal[m] === 0) continue;
        versionOf[m] = this.version(table.key.at(m), row);
        made.push(versionOf[m] as number);
      }
      this.makes.add(made);
    }
    for (let row = 0; row < txns.count; row++) {
      const read = new Set<number>();
      const isKnown = table.kind === 'rw-register' && txns.isCommitted(row);
      for (let m = table.from.at(row); isKnown && m < table.to.at(row); m++) {
        if (table.isWrite.at(m) === 1 || writes.previous[m] !== -1) continue;
        const [key, value] = [table.key.at(m), table.value.at(m)];
        const write = writes.writer(key, value);
        const version = value === nothing ? key : write === -1 ? -1 : (versionOf[write] as number);
        if (version !== -1) read.add(version);
      }
      this.needs.add(read);
      for (const version of read) this.readers[version]?.push(row);
    }
  }

  private version(key: number, maker: number): number {
    this.keyOf.push(key);
    this.makerOf.push(maker);
    this.readers.push([]);
    return this.keyOf.length - 1;
  }
}
