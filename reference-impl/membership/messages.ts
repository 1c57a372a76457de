/** What members say to one another. Immutable: one object is shared by all who pass it on. */
import type { Msg, NodeId, Rec } from '../../harness/core/host.ts';
import type { MemberStatus } from './observations.ts';

/** One piece of news. `by` accuses (suspect), declares (dead) or is the member itself (alive, left). */
export interface Update {
  readonly member: NodeId;
  readonly status: MemberStatus;
  readonly incarnation: number;
  readonly by: NodeId;
}

/** Longest JSON form of an update, bytes; with it a packet's bytes become a count. */
export const updateBytes = 64;

/** `origin` wants to know; a helper that probes in its stead passes the answer on. */
export interface Ping extends Msg {
  readonly kind: 'ping' | 'ack';
  readonly seq: number;
  readonly origin: NodeId;
  readonly updates: readonly Update[];
}

export interface PingRequest extends Msg {
  readonly kind: 'ping-req';
  readonly seq: number;
  readonly target: NodeId;
  readonly updates: readonly Update[];
}

export interface Gossip extends Msg {
  readonly kind: 'gossip';
  readonly updates: readonly Update[];
}

/** The sender's whole table (see `MemberTable.runs`); a `push` asks for a `pull`, a `table` for nothing. */
export interface Sync extends Msg {
  readonly kind: 'push' | 'pull' | 'table';
  readonly runs: readonly number[];
}

export type MembershipMessage = Ping | PingRequest | Gossip | Sync;

/** Written once a start: a node that comes back takes the next incarnation. */
export interface BootRecord extends Rec {
  readonly kind: 'boot';
  readonly incarnation: number;
}
