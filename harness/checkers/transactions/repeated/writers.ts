/** Writes of one value to one key each, as groups; and what each write is called where values are told apart. */
import { IntList } from '../table/int-list.ts';
import { PairIndex } from '../table/pair-index.ts';
import type { TxnTable } from '../table/table.ts';
import { nothing } from '../table/values.ts';
import { never } from '../../operations.ts';

export class Writers {
  private readonly table: TxnTable;
  private readonly index = new PairIndex();
  private readonly groups: number[][] = [];
  readonly rowOf: Int32Array;
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
        const group = this.index.add(key, value, this.groups.length);
        const writers = (this.groups[group] ??= []);
        if (writers.length > 0 || value === nothing) {
          this.alias[m] = table.values.alias(table.values.value(value));
        }
        writers.push(m);
      }
    }
    for (const group of this.groups) group.sort((a, b) => this.moment(a) - this.moment(b));
  }

  /** All who wrote this, in order of their moments. */
  of(key: number, value: number): readonly number[] {
    const group = this.index.get(key, value);
    return group === -1 ? [] : (this.groups[group] as number[]);
  }

  codeOf(write: number): number {
    const alias = this.alias[write] as number;
    return alias === 0 ? this.table.value.at(write) : alias;
  }

  /** The column of values in which each write has its own. */
  codes(): IntList {
    const { value } = this.table;
    const codes = new IntList(value.length);
    for (let m = 0; m < value.length; m++) codes.push(this.codeOf(m));
    return codes;
  }

  /** When a write was over, or was called if nobody knows. */
  moment(write: number): number {
    const row = this.rowOf[write] as number;
    const end = this.table.end.at(row);
    return end === never ? this.table.call.at(row) : end;
  }
}
