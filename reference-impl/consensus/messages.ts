/** What servers say to each other, and what they write to their disks. */
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { Configuration, PlacedConfiguration } from './configuration.ts';

/** What an entry asks the state machine to do; opaque to consensus. JSON, immutable. */
export interface Command {
  readonly f: string;
}

/** Who takes part from this entry on. The one command that consensus understands. */
export interface ConfigurationCommand extends Command {
  readonly f: 'configuration';
  readonly configuration: Configuration;
}

export interface Entry {
  readonly term: number;
  readonly command: Command;
}

/** RequestVote (§5.2); `isPre`: only asks whether it would be granted (dissertation §9.6). */
export interface VoteRequest {
  readonly kind: 'vote-request';
  /** The term the candidate stands in; for a pre-vote the one it would stand in. */
  readonly term: number;
  readonly isPre: boolean;
  /** The leader itself asked it to stand; absent: no. */
  readonly isHandedOver?: true;
  readonly lastIndex: number;
  readonly lastTerm: number;
}

export interface Vote {
  readonly kind: 'vote';
  /** A pre-vote that is granted repeats the term asked for; otherwise the voter's own. */
  readonly term: number;
  readonly isPre: boolean;
  readonly isGranted: boolean;
}

/** AppendEntries (§5.3); the heartbeat when `entries` is empty. */
export interface Append {
  readonly kind: 'append';
  readonly term: number;
  readonly prevIndex: number;
  readonly prevTerm: number;
  readonly commit: number;
  /** Counts the leader's rounds of heartbeats; repeated in the answer, for the read index. */
  readonly round: number;
  readonly entries: readonly Entry[];
}

export interface Appended {
  readonly kind: 'appended';
  readonly term: number;
  readonly round: number;
  readonly isMatch: boolean;
  /** Match: the logs agree up to here. No match: the `prevIndex` that was refused. */
  readonly index: number;
  /** No match: the follower's last entry that may agree, and its term. Otherwise 0. */
  readonly hintIndex: number;
  readonly hintTerm: number;
}

/** What a snapshot stands for: all entries up to `index`, the last of them of `term`. */
export interface SnapshotHead {
  readonly index: number;
  readonly term: number;
  /** Over all entries up to `index`; see `RaftState.hash`. */
  readonly hash: number;
  /** The configuration as of `index`; absent: that with which the cluster began. */
  readonly placed?: PlacedConfiguration;
}

/** InstallSnapshot (§7), one piece: to a follower that needs entries which the leader has no more. */
export interface Install {
  readonly kind: 'install';
  readonly term: number;
  /** Names this transfer; a later one has another. */
  readonly id: number;
  readonly head: SnapshotHead;
  /** Counts the pieces from 0; the next comes after this was answered. */
  readonly piece: number;
  readonly rows: readonly Json[];
  readonly isLast: boolean;
}

/** In place of a piece: what came before is lost, begin again. */
export const beginAgain = -1;

/** The piece is on the follower's disk. */
export interface Installed {
  readonly kind: 'installed';
  readonly term: number;
  readonly id: number;
  readonly piece: number;
}

/** To a follower whose log is complete: stand for election now (dissertation §3.10). */
export interface TimeoutNow {
  readonly kind: 'timeout-now';
  readonly term: number;
}

export type RaftMessage = VoteRequest | Vote | Append | Appended | Install | Installed | TimeoutNow;

/** Term and vote, written before anything that follows from them is sent. */
export interface TermRecord {
  readonly kind: 'term';
  readonly term: number;
  readonly votedFor: NodeId | null;
}

/** Everything after `after` is dropped, then `entries` follow. Truncation and append are one write. */
export interface AppendRecord {
  readonly kind: 'append';
  readonly after: number;
  readonly entries: readonly Entry[];
}

/**
 * A snapshot on the disk: this, then pieces, then the end, with other records in between. It counts
 * only when its end is there.
 */
export interface SnapshotRecord {
  readonly kind: 'snapshot';
  readonly id: number;
  readonly head: SnapshotHead;
}

export interface PieceRecord {
  readonly kind: 'piece';
  readonly id: number;
  readonly rows: readonly Json[];
}

/** `isOwn`: taken here, so that the log went on from its beginning; if not, it goes on from its end. */
export interface SnapshotEndRecord {
  readonly kind: 'snapshot-end';
  readonly id: number;
  readonly isOwn: boolean;
  /** Of all its rows, as JSON. */
  readonly bytes: number;
}

export type RaftRecord =
  TermRecord | AppendRecord | SnapshotRecord | PieceRecord | SnapshotEndRecord;
