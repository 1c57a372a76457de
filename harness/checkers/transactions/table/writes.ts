/** Who wrote what: every value of a key is to be written once, which tells writers by values. */
import { PairIndex } from './pair-index.ts';
import { nothing } from './values.ts';
import type { TxnTable } from './table.ts';

export class Writes {
  /** By micro-operation: its row. */
  readonly rowOf: Int32Array;
  /** By micro-operation: the one before it in its transaction on the same key; -1: none. */
  readonly previous: Int32Array;
  /** By micro-operation: 1 for the last write of its key in its transaction, which others may see. */
  readonly isFinal: Uint8Array;
  /** Two micro-operations that write the same, so that nobody can tell whose it is; null: none. */
  readonly ambiguous: readonly [number, number] | null;
  private readonly byValue: PairIndex;

  constructor(table: TxnTable) {
    const micros = table.key.length;
    let count = 0;
    for (let m = 0; m < micros; m++) count += table.isWrite.at(m);
    this.byValue = new PairIndex(count);
    this.rowOf = new Int32Array(micros);
    this.previous = new Int32Array(micros).fill(-1);
    this.isFinal = new Uint8Array(micros);
    const lastMicro = new Int32Array(table.keys).fill(-1);
    const lastWrite = new Int32Array(table.keys).fill(-1);
    let ambiguous: [number, number] | null = null;
    for (let row = 0; row < table.rows; row++) {
      const from = table.from.at(row);
      for (let m = from; m < table.to.at(row); m++) {
        this.rowOf[m] = row;
        const key = table.key.at(m);
        const before = lastMicro[key] as number;
        // Rows lie in the columns as they ended: what is no part of this row is no predecessor.
        if (before >= from && before < m) this.previous[m] = before;
        lastMicro[key] = m;
        if (table.isWrite.at(m) === 0) continue;
        const write = lastWrite[key] as number;
        if (write >= from && write < m) this.isFinal[write] = 0;
        this.isFinal[m] = 1;
        lastWrite[key] = m;
        const value = table.value.at(m);
        const first = this.byValue.add(key, value, m);
        if (first !== m) ambiguous ??= [first, m];
        // A register that is written null cannot be told from one that nobody wrote.
        if (value === nothing && table.kind === 'rw-register') ambiguous ??= [m, m];
      }
    }
    this.ambiguous = ambiguous;
  }

  /** The micro-operation that wrote the value; -1: none. */
  writer(key: number, value: number): number {
    return this.byValue.get(key, value);
  }
}
