/**
 * Transactions in columns: a million of them must fit into memory together with their graph. A row is a
 * transaction, in order of their calls; its micro-operations lie side by side in columns of their own.
 */
import type { Json } from '../../../core/host.ts';
import { never, type Op } from '../../operations.ts';
import { IntList } from './int-list.ts';
import { Lists, noList } from './lists.ts';
import { Values } from './values.ts';

export type TxnKind = 'list-append' | 'rw-register';

/** How a transaction ended. What it read is known only if it committed. */
export const ending = { unknown: 0, committed: 1, aborted: 2 } as const;

export class TxnTable {
  readonly kind: TxnKind;
  readonly values = new Values();
  readonly lists = new Lists();

  readonly process = new IntList();
  /** Transactions of one session are ordered by their calls; mostly it is the process. */
  readonly session = new IntList();
  /** Positions in the history. */
  readonly call = new IntList();
  /** Of the completion, whatever it was; `never`: none. */
  readonly end = new IntList();
  readonly ending = new IntList();
  /** The micro-operations of a row are those from `from` up to `to`. */
  readonly from = new IntList();
  readonly to = new IntList();

  /** 1: an append or a write; 0: a read. */
  readonly isWrite = new IntList();
  /** Keys are 0, 1, 2 … in order of their first mention. */
  readonly key = new IntList();
  /** What was written or read, as a code; a list that was read as its node, `noList` if unknown. */
  readonly value = new IntList();

  private readonly keyIds = new Map<number, number>();
  private readonly keyCodes = new IntList();

  constructor(kind: TxnKind) {
    this.kind = kind;
  }

  get rows(): number {
    return this.call.length;
  }

  get keys(): number {
    return this.keyCodes.length;
  }

  /** The number of a key by the code of its name. */
  keyId(code: number): number {
    const known = this.keyIds.get(code);
    if (known !== undefined) return known;
    this.keyCodes.push(code);
    this.keyIds.set(code, this.keyIds.size);
    return this.keyIds.size - 1;
  }

  /** The same transactions with other codes in the column of values, and in the lists that were read. */
  withValues(value: IntList, lists = this.lists): TxnTable {
    return Object.assign(new TxnTable(this.kind), this, { value, lists });
  }

  /** Is any transaction known to have happened? */
  hasCompleted(): boolean {
    for (let row = 0; row < this.rows; row++) {
      if (this.ending.at(row) === ending.committed) return true;
    }
    return false;
  }

  keyName(key: number): Json {
    return this.values.value(this.keyCodes.at(key));
  }

  /** Adds a row that is open. */
  open(process: number, call: number, session = process): number {
    this.process.push(process);
    this.session.push(session);
    this.call.push(call);
    this.end.push(never);
    this.ending.push(ending.unknown);
    this.from.push(0);
    this.to.push(0);
    return this.rows - 1;
  }

  /** Ends a row with its micro-operations, three numbers each: is it a write, key, value. */
  close(row: number, how: number, end: number, micros: readonly number[]): void {
    this.ending.set(row, how);
    this.end.set(row, end);
    this.from.set(row, this.key.length);
    for (let i = 0; i < micros.length; i += 3) {
      this.isWrite.push(micros[i] as number);
      this.key.push(micros[i + 1] as number);
      this.value.push(micros[i + 2] as number);
    }
    this.to.set(row, this.key.length);
  }

  /** A row as an operation, to be told. The table knows no times. */
  op(row: number): Op {
    const isCommitted = this.ending.at(row) === ending.committed;
    return {
      id: row,
      process: this.process.at(row),
      f: 'txn',
      key: '',
      input: this.micros(row, false),
      output: isCommitted ? this.micros(row, true) : null,
      call: this.call.at(row),
      ret: isCommitted ? this.end.at(row) : never,
      callUs: -1,
      retUs: isCommitted ? -1 : Infinity,
    };
  }

  /** What a micro-operation wrote or read, as the history has it. */
  valueOf(micro: number): Json {
    const code = this.value.at(micro);
    if (this.kind === 'rw-register' || this.isWrite.at(micro) === 1) return this.values.value(code);
    return code === noList ? null : this.lists.elements(code, this.values);
  }

  private micros(row: number, areReadsKnown: boolean): Json {
    const all: Json[] = [];
    const write = this.kind === 'list-append' ? 'append' : 'w';
    for (let m = this.from.at(row); m < this.to.at(row); m++) {
      const isWrite = this.isWrite.at(m) === 1;
      const value = isWrite || areReadsKnown ? this.valueOf(m) : null;
      all.push([isWrite ? write : 'r', this.keyName(this.key.at(m)), value]);
    }
    return all;
  }
}
