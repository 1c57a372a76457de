/** The versions of registers: which were written, by whom, and who read them. */
import { PairIndex } from '../table/pair-index.ts';
import type { Txns } from '../table/txns.ts';
import { nothing } from '../table/values.ts';

export class RegisterVersions {
  readonly txns: Txns;
  /** By version: its key and value; the value is `nothing` for the state before all writes. */
  readonly keys: number[] = [];
  readonly values: number[] = [];
  /** By version: the write (a micro-operation) that made it; -1: none that was called. */
  readonly write: number[] = [];
  /** By version: where the first read of it returned. */
  readonly readAt: number[] = [];
  /** By version: the committed rows that read it and then wrote the key, in order of their returns. */
  readonly updaters: (Set<number> | undefined)[] = [];
  /** By row: 1 if it took effect: it committed, or somebody read what it wrote. */
  readonly hasHappened: Uint8Array;
  private readonly numbers = new PairIndex();

  constructor(txns: Txns) {
    const { table } = txns;
    this.txns = txns;
    this.hasHappened = new Uint8Array(txns.count);
    for (const row of txns.byEnd) {
      this.hasHappened[row] = 1;
      for (let m = table.from.at(row); m < table.to.at(row); m++) {
        if (table.isWrite.at(m) === 0) this.read(row, m);
        else this.update(row, m);
      }
    }
  }

  /** The version of a read. */
  of(read: number): number {
    const { table } = this.txns;
    return this.numbers.get(table.key.at(read), table.value.at(read));
  }

  /** The state of a key before all writes, if anybody read it; -1: nobody did. */
  initial(key: number): number {
    return this.numbers.get(key, nothing);
  }

  /** The row that wrote a version and did not abort; -1: none. */
  writer(version: number): number {
    const row = this.txns.writerRow(this.write[version] as number);
    return row >= 0 && !this.txns.isAborted(row) ? row : -1;
  }

  /** The first read of its key by the transaction, if it has not written the key before; -1: none. */
  baseOf(write: number): number {
    const { table, writes } = this.txns;
    let base = -1;
    for (let m = writes.previous[write] as number; m !== -1; m = writes.previous[m] as number) {
      if (table.isWrite.at(m) === 1) return -1;
      base = m;
    }
    return base;
  }

  private read(reader: number, m: number): void {
    const { txns } = this;
    const [key, value] = [txns.table.key.at(m), txns.table.value.at(m)];
    const version = this.numbers.add(key, value, this.keys.length);
    if (version < this.keys.length) return;
    const write = value === nothing ? -1 : txns.writes.writer(key, value);
    const row = txns.writerRow(write);
    this.keys.push(key);
    this.values.push(value);
    this.write.push(row === -1 ? -1 : write);
    this.readAt.push(txns.table.end.at(reader));
    this.updaters.push(undefined);
    if (row !== -1 && !txns.isAborted(row)) this.hasHappened[row] = 1;
  }

  private update(row: number, write: number): void {
    const base = this.baseOf(write);
    if (base !== -1) (this.updaters[this.of(base)] ??= new Set()).add(row);
  }
}
