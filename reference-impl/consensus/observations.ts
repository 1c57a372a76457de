/** What a server says of its log. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly applied: AppliedObservation;
    readonly configuration: ConfigurationObservation;
    readonly 'hand-over': HandOverObservation;
    readonly progress: ProgressObservation;
  }
  interface RoleObservation {
    /** Of a leader: the last index of the log with which it was elected. */
    readonly lastIndex?: number;
    /** Of a leader: who voted for it, itself included. */
    readonly votes?: readonly NodeId[];
  }
}

/**
 * An entry of `term` was applied here. `hash` covers all entries up to `index`; `currentTerm` is the
 * node's own, in which the entry was committed at the latest.
 */
export interface AppliedObservation {
  readonly kind: 'applied';
  readonly index: number;
  readonly term: number;
  readonly hash: number;
  readonly currentTerm?: number;
}

/**
 * The configuration of entry `index` (0: that of the beginning) is in force at this server from now on
 * (`taken`, or `undone` when those after it were dropped), or was committed.
 */
export interface ConfigurationObservation {
  readonly kind: 'configuration';
  readonly change: 'taken' | 'undone' | 'committed';
  readonly index: number;
  /** The server's own. */
  readonly term: number;
  readonly voters: readonly NodeId[];
  /** During a change: the voters before it, of whom a majority is needed as well. */
  readonly old?: readonly NodeId[];
  readonly learners: readonly NodeId[];
  /** Of a leader that committed it while it was in force: the servers that hold the log up to it. */
  readonly holders?: readonly NodeId[];
}

/** How far a server of `term` has come. Only where a story asks for it. */
export interface ProgressObservation {
  readonly kind: 'progress';
  readonly term: number;
  /** Whom it voted for in this term. */
  readonly votedFor: NodeId | null;
  readonly commit: number;
  /** Of a leader: how far the copy of each other server agrees for sure, and the entry that it is sent next. */
  readonly copies?: readonly {
    readonly server: NodeId;
    readonly match: number;
    readonly next: number;
  }[];
}

/** The leader of `term` told `to` to stand for election in its place. */
export interface HandOverObservation {
  readonly kind: 'hand-over';
  readonly term: number;
  readonly to: NodeId;
}
