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
import type { Json, Lane, NodeId } from '../../harness/core/host.ts';

/** A request's id is less than this above the oldest open one of its session. */
export const sessionWindow = 1_024;

/** Names whose changes every server observes as configuration: keys that begin so. */
export const configPrefix = 'config/';

/** How fresh an answer of the catalog has to be. `default`: the leader's state, unconfirmed. */
export type Consistency = 'consistent' | 'default' | 'stale';

/** A node of the cluster by its number; who registers from outside by a name, which nobody routes to. */
export type InstanceId = NodeId | string;

/** What an instance says of itself; one that says nothing is passing. */
export type Health = 'passing' | 'warning' | 'critical';

/** What somebody registers. Address and port: of what can be reached by people; simulated nodes have none. */
export interface Registered {
  readonly service: string;
  readonly instance: InstanceId;
  readonly zone: string;
  readonly tags: readonly string[];
  readonly ttlUs: number;
  readonly address?: string;
  readonly port?: number;
  readonly health?: Health;
  /** What else there is to say, by name, for whoever knows the name. */
  readonly meta?: Readonly<Record<string, string>>;
}

/** One instance of a service, as the catalog lists it. Ordered by `instance`, numbers first. */
export interface CatalogEntry extends Registered {
  /** Unique and growing: a later registration has the larger lease. */
  readonly lease: number;
}

/** Changes: executed at most once, through the replicated log. */
export type ChangeOp =
  /** With `lease` the key goes with it; fails with `unknown-lease` when that has ended. Every other change of it takes it off. */
  | { readonly f: 'write'; readonly key: string; readonly value: Json; readonly lease?: number }
  /** Fails with `cas-mismatch` unless the value is `from`; a missing key has the value null. */
  | { readonly f: 'cas'; readonly key: string; readonly from: Json; readonly to: Json }
  | { readonly f: 'delete'; readonly key: string }
  /** Several keys at one revision; a null deletes. */
  | {
      readonly f: 'write-all';
      readonly values: Readonly<Record<string, Json>>;
      readonly lease?: number;
    }
  /** A lease for keys, which end together, at one revision, once nobody has renewed it for its TTL. */
  | { readonly f: 'grant'; readonly ttlUs: number }
  /** Ends it and its keys. Fails with `unknown-lease` when it has ended already. */
  | { readonly f: 'revoke'; readonly lease: number }
  /** All keys that begin so, at one revision. Fails with `too-large` when they are too many for that. */
  | { readonly f: 'delete-prefix'; readonly prefix: string }
  /**
   * `then` when all of `compare` is true, `else` otherwise, at one moment and one revision. Fails with
   * `too-large` when what is read is longer than one answer.
   */
  | {
      readonly f: 'txn';
      readonly compare: readonly TxnCompare[];
      readonly then: readonly TxnOp[];
      readonly else: readonly TxnOp[];
    }
  /**
   * Forgets all changes before `revision`, the earliest that can be read and resumed from thereafter. Fails with
   * `compacted` when that one is forgotten already, with `future-revision` when there is none yet.
   */
  | { readonly f: 'compact'; readonly revision: number }
  /** Replaces an earlier registration of the same instance; the old lease is unknown from then on. */
  | ({ readonly f: 'register' } & Registered)
  /** Fails with `unknown-lease` when it has ended already. */
  | { readonly f: 'deregister'; readonly lease: number }
  | LockOp
  | BarrierOp;

/** True of a key: its value (null: it is not there), the revision of its last change (0), that it exists. */
export type TxnCompare =
  | { readonly key: string; readonly value: Json }
  | { readonly key: string; readonly version: number }
  | { readonly key: string; readonly exists: boolean };

/** Done again it changes nothing: a party is in, or is not. `parties` are so many as it waits for. */
export interface BarrierOp {
  readonly f: 'enter-barrier' | 'leave-barrier';
  readonly key: string;
  readonly party: string;
  readonly parties: number;
}

/**
 * A `get` sees what the transaction did before it; with `revision` what was there then, and the whole
 * transaction fails with `compacted` or `future-revision` where nobody can say.
 */
export type TxnOp =
  | { readonly op: 'get'; readonly key: string; readonly revision?: number }
  | { readonly op: 'delete'; readonly key: string }
  | { readonly op: 'put'; readonly key: string; readonly value: Json };

/** A lock is a lease on a key of its own, beside the values. Its token is the revision of its grant. */
export type LockOp =
  /** Fails with `held` while somebody holds it, be it the same session. `renew` takes its lease, too. */
  | {
      readonly f: 'acquire';
      readonly key: string;
      readonly ttlUs: number;
      /** Of a semaphore: it may be held so many times at once. */
      readonly permits?: number;
    }
  /** Fails with `not-held` when the grant with this token has ended already. */
  | {
      readonly f: 'release';
      readonly key: string;
      readonly token: number;
      /** Of a semaphore: whichever of its permits this is. */
      readonly isPermit?: true;
    }
  /** A write of `key` that fails with `fenced` once a token newer than this was granted for `lock`. */
  | {
      readonly f: 'write-fenced';
      readonly key: string;
      readonly value: Json;
      readonly lock: string;
      readonly token: number;
    };

/** Questions and renewals: may be repeated at will, do not go through the log. */
export type QueryOp =
  /** Linearizable; only the leader answers. Configuration is read so, too. */
  | { readonly f: 'read'; readonly key: string }
  /**
   * What the key was at `revision`, linearizable as `read`: `compacted` where that is forgotten by the time of the
   * answer, `future-revision` where the store has not come so far.
   */
  | { readonly f: 'read-at'; readonly key: string; readonly revision: number }
  /**
   * Any server's local state, unless it is older than `seen`, the newest revision that the session
   * knows of: then `behind`. That makes sessions go forward whichever servers they ask.
   */
  | { readonly f: 'read-stale'; readonly key: string; readonly seen: number }
  /** Who holds a lock. */
  | { readonly f: 'holder'; readonly key: string }
  /**
   * All keys with this prefix, for a start before `watch`; or the first `limit` of those after `after`. With
   * `revision` as they were then, refused as `read-at` is.
   */
  | {
      readonly f: 'list';
      readonly prefix: string;
      readonly consistency: Consistency;
      readonly after?: string;
      readonly limit?: number;
      readonly revision?: number;
      readonly page?: Page;
    }
  /** All instances of `service` (all services when empty). */
  | {
      readonly f: 'lookup';
      readonly service: string;
      readonly consistency: Consistency;
      readonly page?: Page;
    }
  /**
   * For who keeps a copy of the whole catalog (`registry`), or of all configuration (`kv`): what changed
   * in it after revision `after`, and the digest of what it is then (`digest.ts`). Nothing has where
   * `digest`, that of the copy, is ours. Answered with `compacted` where a load is shorter.
   */
  | {
      readonly f: 'changes';
      readonly scope: WatchScope;
      readonly after: number;
      readonly digest: number;
    }
  /** Starts the lease's TTL anew. Only the leader answers, after it confirmed that it still leads. */
  | { readonly f: 'renew'; readonly lease: number };

/**
 * The next page of a list whose first was of revision `at`: from position `from` on, the `next` of the
 * page before. Answered as long as nothing of the list has changed since, otherwise `changed`.
 */
export interface Page {
  readonly at: number;
  readonly from: number;
}

/**
 * Makes these servers voters and takes those out, as one change; done when all is as asked, by whomever.
 * Only the leader answers, at the end of the change. It is in the log, but changes no table.
 */
export interface ChangeServersOp {
  readonly f: 'change-servers';
  readonly add: readonly NodeId[];
  readonly remove: readonly NodeId[];
}

/** Done when `to` leads, which says so itself. Nothing is promised about how long. */
export interface HandOverOp {
  readonly f: 'hand-over';
  readonly to: NodeId;
}

export type ServersOp = ChangeServersOp | HandOverOp;

export type StoreOp = ChangeOp | QueryOp | ServersOp;

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

export type StoreAnswer =
  /**
   * To changes of keys and `release`: the revision of the change, the new version of each key.
   * `isChanged` false: there was nothing to remove, and the revision is that of another change. To
   * `delete-prefix` also how many keys are `removed`.
   */
  | {
      readonly type: 'done';
      readonly revision: number;
      readonly isChanged?: false;
      readonly removed?: number;
    }
  /** To `txn`: `isChanged` as above; `results` of each operation of the list that was carried out. */
  | {
      readonly type: 'txn';
      readonly succeeded: boolean;
      readonly results: readonly KeyValue[];
      readonly revision: number;
      readonly isChanged?: false;
    }
  /** To `holder`. `newest` is the newest token that was granted, or more. */
  | {
      readonly type: 'holder';
      readonly lock: HeldLock | null;
      readonly newest: number;
      readonly revision: number;
    }
  /**
   * To `read`, `read-at` and `read-stale`. `version` is the revision that last changed the key (0: none that is
   * known), `revision` that of the whole store, `ageUs` the time since this server heard the leader.
   */
  | {
      readonly type: 'value';
      readonly value: Json;
      readonly version: number;
      readonly revision: number;
      readonly ageUs: number;
    }
  | {
      readonly type: 'entries';
      readonly entries: readonly KeyValue[];
      /** Where the next page begins; absent on the last. */
      readonly next?: number;
      readonly revision: number;
      readonly ageUs: number;
    }
  | {
      readonly type: 'instances';
      readonly instances: readonly CatalogEntry[];
      readonly next?: number;
      readonly revision: number;
      readonly ageUs: number;
    }
  /** To `changes`: those after `after`, complete up to `revision`; `digest` is that of the whole there. */
  | {
      readonly type: 'changes';
      readonly after: number;
      readonly events: readonly WatchEvent[];
      readonly revision: number;
      readonly digest: number;
      readonly ageUs: number;
    }
  /** To `grant`, `revoke`, `register`, `renew`, `deregister`, and `acquire`, whose lease is the fencing token. */
  | {
      readonly type: 'lease';
      readonly lease: number;
      readonly ttlUs: number;
      readonly revision: number;
    }
  /** To `enter-barrier` and `leave-barrier`: have all come, or gone? */
  | { readonly type: 'barrier'; readonly isPassed: boolean; readonly revision: number }
  | { readonly type: 'error'; readonly error: StoreError };

export interface KeyValue {
  readonly key: string;
  readonly value: Json;
  readonly version: number;
}

/** Which of these are definite for the operation is told above. */
export type StoreError =
  /** Ask `leader` (null: nobody known; try any server, later). */
  | { readonly code: 'not-leader'; readonly leader: NodeId | null }
  /** A queue is full, or another change of servers is under way; try again later. */
  | { readonly code: 'busy' }
  /** The store may have forgotten the session: it cannot tell whether this is a copy. */
  | { readonly code: 'session-lost' }
  /** This server has applied less than the session has seen; another has more, and this one will. */
  | { readonly code: 'behind'; readonly revision: number }
  /** A server that was to be added did not catch up in time. It may be tried again. */
  | { readonly code: 'not-caught-up' }
  | { readonly code: 'cas-mismatch'; readonly revision: number }
  | { readonly code: 'unknown-lease'; readonly lease: number }
  /** Only to a later page of a list: begin again with the first. */
  | { readonly code: 'changed' }
  /** `lease` holds the lock. */
  | { readonly code: 'held'; readonly lease: number }
  | { readonly code: 'not-held'; readonly lease: number }
  /** `newest` is the newest token of the lock. */
  | { readonly code: 'fenced'; readonly newest: number }
  /** More than one operation may touch, or one answer may hold. */
  | { readonly code: 'too-large'; readonly reason: string }
  /** Revisions up to `compacted` are gone. Who watches: load with `list` or `lookup`, watch from there. */
  | { readonly code: 'compacted'; readonly compacted: number; readonly revision: number }
  /** `revision` is the newest that there is. */
  | { readonly code: 'future-revision'; readonly revision: number }
  | { readonly code: 'bad-request'; readonly reason: string };

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

export type WatchScope = 'kv' | 'registry';

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

export type WatchEvent =
  /**
   * `value` is null when the key was deleted, `previous` when there was none before; it is absent when
   * it would be too long to tell.
   */
  | {
      readonly scope: 'kv';
      readonly revision: number;
      readonly key: string;
      readonly value: Json;
      readonly previous?: Pick<KeyValue, 'value' | 'version'> | null;
    }
  /** `entry` is what is gone (`deregistered`, `expired`) or there now (`registered`). */
  | {
      readonly scope: 'registry';
      readonly revision: number;
      readonly change: 'registered' | 'deregistered' | 'expired';
      readonly entry: CatalogEntry;
    };

/** What holds a lock: its lease is the fencing token. */
export interface HeldLock {
  readonly key: string;
  readonly lease: number;
  readonly ttlUs: number;
}

/** A change of a lock takes a revision as every other; watches do not tell it. */
export interface LockChange {
  readonly scope: 'lock';
  readonly revision: number;
  readonly change: 'granted' | 'released' | 'expired';
  readonly lock: HeldLock;
}

/** A lease that keys go with. */
export interface KeyLease {
  readonly lease: number;
  readonly ttlUs: number;
}

/** Watches tell what becomes of its keys. */
export interface KeyLeaseChange extends KeyLease {
  readonly scope: 'lease';
  readonly revision: number;
  readonly change: 'granted' | 'revoked' | 'expired';
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
