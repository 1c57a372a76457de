/** What servers say to each other, and what they write to their disks. */
import type { NodeId } from '../../harness/core/host.ts';

/** What an entry asks the state machine to do; opaque to consensus. JSON, immutable. */
export interface Command {
  readonly f: string;
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

export type RaftMessage = VoteRequest | Vote | Append | Appended;

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

export type RaftRecord = TermRecord | AppendRecord;
