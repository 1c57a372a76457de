/** Transactions, keys and lists in words. */
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import type { TxnTable } from './table/table.ts';

export class Words {
  private readonly table: TxnTable;

  constructor(table: TxnTable) {
    this.table = table;
  }

  /** `T12 of process 3`. */
  name(row: number): string {
    return `T${row} of process ${this.table.process.at(row)}`;
  }

  key(key: number): string {
    return short(this.table.keyName(key));
  }

  /** What a micro-operation wrote or read. */
  value(micro: number): string {
    return short(this.table.valueOf(micro));
  }

  keyOf(list: number): string {
    return this.key(this.table.lists.key.at(list));
  }

  list(list: number): string {
    return short(this.table.lists.elements(list, this.table.values));
  }

  /** The last element of a list, and where it is. */
  element(list: number): string {
    return `${short(this.table.values.value(this.table.lists.element.at(list)))} in ${this.keyOf(list)}`;
  }

  repetition(row: number, list: number): string {
    return `${this.name(row)} read an element of ${this.keyOf(list)} twice: ${this.list(list)}.`;
  }

  /** A read that does not agree with what its transaction did before. */
  contradiction(read: number, before: readonly number[]): string {
    const { table } = this;
    const did = before.map(
      (m) => `${table.isWrite.at(m) === 1 ? this.verb : 'read'} ${this.value(m)}`,
    );
    return `read ${this.value(read)} from ${this.key(table.key.at(read))} after it had ${did.join(' and ')}`;
  }

  private get verb(): string {
    return this.table.kind === 'list-append' ? 'appended' : 'written';
  }
}

function short(value: Json): string {
  const text = canonical(value);
  return text.length <= 100 ? text : `${text.slice(0, 48)}…${text.slice(-48)}`;
}
