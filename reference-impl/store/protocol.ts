/**
 * What agents and clients (lane 2) say to the store (lane 1), and what it answers.
 *
 * All of it travels as datagrams that may be lost, repeated, delayed and reordered. So:
 * - A *change* is executed at most once: the store keeps, as part of the replicated state, the answers
 *   of each session from its oldest open request on. The same id sent again (to any server) gets the
 *   same answer. A late copy of an id before that is never executed and never answered.
 * - `cas-mismatch`, `unknown-lease`, `held`, `not-held`, `fenced`, `too-large`, `compacted`, `future-revision` and `bad-request` are
 *   *definite*: the operation did not happen and never will. `not-leader`, `busy`, `behind`, `not-caught-up` and `session-lost` say only that this copy of the request
 *   was not executed: send the same id again, elsewhere or later. They prove nothing about other copies (the
 *   network may have repeated the datagram to a leader that is no more), so an operation that ends
 *   after them is unknown.
 * - What was proposed and whose fate is unknown is not answered at all.
 */
import type { Lane } from '../../harness/core/host.ts';
import type { StoreAnswer, StoreError, WatchEvent } from './answered.ts';
import type { StoreOp, WatchScope } from './asked.ts';

/** A request's id is less than this above the oldest open one of its session. */
export const sessionWindow = 1_024;

/** Names whose changes every server observes as configuration: keys that begin so. */
export const configPrefix = 'config/';

export interface StoreRequest {
  readonly kind: 'request';
  /** Drawn at random by each boot of a client: (sender, session) names the session. */
  readonly session: number;
  /** Counts up from 1 within a session, changes and queries alike; a retry keeps its id. */
  readonly id: number;
  /** The smallest id of the session that is not answered yet; all before are forgotten. */
  readonly oldest: number;
  /** The largest `index` that the session had been told when it sent this id first; 0: none. */
  readonly base: number;
  /** Where the response goes, on the node that sent the request. */
  readonly replyLane: Lane;
  readonly op: StoreOp;
}

export interface StoreResponse {
  readonly kind: 'response';
  readonly session: number;
  readonly id: number;
  /** How far this server has applied the log. */
  readonly index: number;
  readonly answer: StoreAnswer;
}

/**
 * Asks for every change after revision `after` whose name begins with `prefix`: keys (`kv`) or
 * services (`registry`). Any server answers, at once, with an `events` message (possibly an empty
 * one), and pushes another whenever something matching has changed.
 *
 * The subscription is soft state: it ends `watchTtlUs` after the last `watch` message (config of the
 * store), so send it again at a third of that, with `after` = the last revision received. The same
 * message resumes after a gap, a restart, or a change of server.
 */
export interface StoreWatch {
  readonly kind: 'watch';
  /** Chosen by the client; the same number replaces the subscription. */
  readonly watch: number;
  readonly replyLane: Lane;
  readonly scope: WatchScope;
  readonly prefix: string;
  /** Null: from the present of whoever is asked, which the first `events` message tells. */
  readonly after: number | null;
}

/** Ends a subscription early. Not answered. */
export interface StoreUnwatch {
  readonly kind: 'unwatch';
  readonly watch: number;
  readonly replyLane: Lane;
}

/**
 * Exactly the matching changes with `after` < revision ≤ `revision`, in order; all that one revision
 * changed in one message.
 *
 * Take it only when `after` ≤ the last revision you hold < `revision` (skipping the events you have);
 * a larger `after` means that a push was lost: send `watch` again. An equal `revision` is a sign of
 * life.
 */
export interface StoreEvents {
  readonly kind: 'events';
  readonly watch: number;
  readonly after: number;
  readonly revision: number;
  readonly events: readonly WatchEvent[];
  /** Since this server heard from the leader; 0 on the leader itself. */
  readonly ageUs: number;
}

/** The subscription was refused (`compacted`, `busy`) and does not exist. */
export interface StoreWatchFailed {
  readonly kind: 'watch-failed';
  readonly watch: number;
  readonly error: StoreError;
}

/** From an agent to the store. */
export type ToStore = StoreRequest | StoreWatch | StoreUnwatch;

/** From the store to an agent. */
export type FromStore = StoreResponse | StoreEvents | StoreWatchFailed;
