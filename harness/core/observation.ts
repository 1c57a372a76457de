/** The observations that judges understand: what a node may say about itself. */
import type { Evidence } from './evidence.ts';
import type { NodeId } from './host.ts';
import type { Mode, ModeRow } from './mode.ts';

export type Role = 'leader' | 'follower' | 'candidate';
export type CircuitState = 'closed' | 'open' | 'half-open';
export type MemberStatus = 'alive' | 'suspect' | 'dead' | 'left';

/** A change of role in consensus; `term` is Raft's term. */
export interface RoleObservation {
  readonly kind: 'role';
  readonly role: Role;
  readonly term: number;
  /** Of a leader: the last index of the log with which it was elected. */
  readonly lastIndex?: number;
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

/** What this node's membership table says of `member`, on each change. */
export interface MemberObservation {
  readonly kind: 'member';
  readonly member: NodeId;
  readonly status: MemberStatus;
  readonly incarnation: number;
}

/** A circuit of this client towards `service` changed state. `cause` says why, in words. */
export interface CircuitObservation {
  readonly kind: 'circuit';
  readonly service: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  readonly cause: string;
  /**
   * The node's mode did it, no call: it is held open from an `open` so marked, which may come when it
   * was open already, until a `half-open` so marked.
   */
  readonly isForced: boolean;
}

/** What a list of instances rests on: what the registry confirms, what it once said, or the shape. */
export type RoutingSource = 'registry' | 'stale' | 'static';

/**
 * One call of `service` that this node finished. Without an instance it was never sent: refused, the
 * circuit or the mode let none out; shed, the ramp of Recovery kept it back.
 */
export interface RoutedObservation {
  readonly kind: 'routed';
  readonly service: string;
  readonly instance: NodeId | null;
  readonly outcome: 'ok' | 'error' | 'timeout' | 'refused' | 'no-instance' | 'shed';
  /** Of the list that the instance was picked from. */
  readonly source: RoutingSource;
  /** When it was sent, or not, by this node's monotonic clock, and how long it took by the same. */
  readonly sentUs: number;
  readonly tookUs: number;
}

/** The set of instances of `service` this node would route to has changed. */
export interface DiscoveredObservation {
  readonly kind: 'discovered';
  readonly service: string;
  readonly instances: readonly NodeId[];
  /** Revision of the registry that the answer rests on. */
  readonly revision: number;
}

/** The registry granted, renewed, ended or expired the lease of an instance (seen by the leader). */
export interface LeaseObservation {
  readonly kind: 'lease';
  readonly change: 'registered' | 'renewed' | 'deregistered' | 'expired';
  readonly service: string;
  readonly instance: NodeId;
  readonly ttlUs: number;
  readonly revision: number;
}

/** This node's copy of configuration `key` is now `value`, at the store's `revision`. */
export interface ConfigObservation {
  readonly kind: 'config';
  readonly key: string;
  readonly value: string | null;
  readonly revision: number;
}

/** The node's mode changed; `trigger` names the entry of the matrix, `because` the evidence used. */
export interface ModeObservation {
  readonly kind: 'mode';
  readonly from: Mode;
  readonly to: Mode;
  readonly row: ModeRow | 'all';
  readonly trigger: string;
  readonly because: readonly Evidence[];
}

/** A new value of evidence: issued here or received. */
export interface EvidenceObservation {
  readonly kind: 'evidence';
  readonly evidence: Evidence;
}

export type KnownObservation =
  | RoleObservation
  | AppliedObservation
  | MemberObservation
  | CircuitObservation
  | RoutedObservation
  | DiscoveredObservation
  | LeaseObservation
  | ConfigObservation
  | ModeObservation
  | EvidenceObservation;
