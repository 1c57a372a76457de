/** The transactions of a history, or of its beginning, as they stand there. */
import { ending, type TxnTable } from './table.ts';
import { Writes } from './writes.ts';

export class Txns {
  readonly table: TxnTable;
  readonly writes: Writes;
  /** Rows from here on were not called yet. */
  readonly count: number;
  private readonly endings: Uint8Array;
  private returned: Int32Array | null = null;

  private constructor(table: TxnTable, writes: Writes, count: number, endings: Uint8Array) {
    this.table = table;
    this.writes = writes;
    this.count = count;
    this.endings = endings;
  }

  static all(table: TxnTable, writes = new Writes(table)): Txns {
    const endings = new Uint8Array(table.rows);
    for (let row = 0; row < table.rows; row++) endings[row] = table.ending.at(row);
    return new Txns(table, writes, table.rows, endings);
  }

  /** As it was after the event at `position`: what had not ended by then may end in any way. */
  upTo(position: number): Txns {
    const { table } = this;
    let count = 0;
    while (count < this.count && table.call.at(count) <= position) count += 1;
    const endings = this.endings.slice(0, count);
    for (let row = 0; row < count; row++) {
      if (table.end.at(row) > position) endings[row] = ending.unknown;
    }
    return new Txns(table, this.writes, count, endings);
  }

  /** Those that committed, in order of their returns. */
  get byEnd(): Int32Array {
    return (this.returned ??= this.sortByEnd());
  }

  isCommitted(row: number): boolean {
    return this.endings[row] === ending.committed;
  }

  isAborted(row: number): boolean {
    return this.endings[row] === ending.aborted;
  }

  /** The row that wrote a value of a key, and was called by now; -1: none. */
  writerRow(micro: number): number {
    const row = micro < 0 ? -1 : (this.writes.rowOf[micro] as number);
    return row < this.count ? row : -1;
  }

  /** Ends are positions, and positions are dense: a place for each does it. */
  private sortByEnd(): Int32Array {
    const { end } = this.table;
    let committed = 0;
    let last = -1;
    for (let row = 0; row < this.count; row++) {
      if (!this.isCommitted(row)) continue;
      committed += 1;
      last = Math.max(last, end.at(row));
    }
    const rowAt = new Int32Array(last + 1).fill(-1);
    for (let row = 0; row < this.count; row++) if (this.isCommitted(row)) rowAt[end.at(row)] = row;
    const rows = new Int32Array(committed);
    let n = 0;
    for (const row of rowAt) if (row !== -1) rows[n++] = row;
    return rows;
  }
}
