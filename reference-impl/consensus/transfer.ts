/** A snapshot that is on its way: to one's own disk, to a follower, or from a leader. */
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { Install, SnapshotHead } from './messages.ts';

/** The rows of a snapshot, as the state was when they were asked for. */
export interface Rows {
  /** Null: that was the last. */
  next(): Json | null;
  close(): void;
}

export type Transfer = Writing | Sending | Receiving;

/** One's own snapshot on its way to the disk. */
export interface Writing {
  readonly kind: 'writing';
  readonly id: number;
  readonly head: SnapshotHead;
  readonly rows: Rows;
  /** Its first record, and its last so far. */
  readonly first: number;
  last: number;
  bytes: number;
  isEnded: boolean;
}

/** One's own snapshot on its way to a follower: one piece at a time. */
export interface Sending {
  readonly kind: 'sending';
  readonly id: number;
  readonly head: SnapshotHead;
  readonly rows: Rows;
  readonly slot: number;
  message: Install;
  sentUs: number;
}

/** A leader's snapshot, on its way here. */
export interface Receiving {
  readonly kind: 'receiving';
  readonly id: number;
  readonly from: NodeId;
  readonly head: SnapshotHead;
  readonly first: number;
  /** Its last record; forgetting waits for it. */
  last: number;
  /** The piece that is wanted next. */
  piece: number;
  bytes: number;
  isEnded: boolean;
}

/** Ends a transfer, whatever it has come to. */
export function giveUp(s: { transfer: Transfer | null }): void {
  if (s.transfer !== null && s.transfer.kind !== 'receiving') s.transfer.rows.close();
  s.transfer = null;
}
