/**
 * The shape of replicated state: tables, changed only by the log, in its order. Each says what it is
 * made of, row by row, so that a snapshot of the store is that of its tables.
 */
import type { Json } from '../../../harness/core/host.ts';
import type {
  KeyLeaseChange,
  LockChange,
  StoreAnswer,
  StoreError,
  WatchEvent,
} from '../answered.ts';
import type { ChangeOp } from '../asked.ts';

/** Whatever ends when it is not renewed. */
export interface Lease {
  readonly of: 'registration' | 'lock' | 'keys';
  readonly lease: number;
  readonly ttlUs: number;
}

/** One change of the replicated state. */
export type Change = WatchEvent | LockChange | KeyLeaseChange;

/** State that outlives the log. */
export interface Kept {
  /** Names it in snapshots. */
  readonly name: string;
  /**
   * All rows, as they are now: what changes later does not show, however late they are taken, until
   * the iterator has ended or is closed. One at a time.
   */
  rows(): Iterator<Json>;
  /** A hash of all rows, whatever their order; see `RowsDigest`. */
  digest(): number;
  /** Takes one row back, in the order of `rows`, into a table that was empty. */
  restore(row: Json): void;
}

/** What an operation did: its answer, and what it changed, all of it at the revision it was given. */
export interface Applied {
  readonly answer: StoreAnswer;
  readonly changes: readonly Change[];
}

export interface Table extends Kept {
  /** Operations that it executes. */
  readonly executes: readonly ChangeOp['f'][];
  /** Why an operation, its own or another table's, must not be executed now; null: nothing. */
  check(op: ChangeOp, revision: number): StoreError | null;
  /** `revision` is that of the change, if there is one. */
  apply(op: ChangeOp, revision: number): Applied;
  /** Everything that ends when it is not renewed. */
  expirable(): Iterable<Lease>;
  /** Ends one of these, at one revision; null: it is none of them. */
  expire(lease: number, revision: number): readonly Change[] | null;
}
