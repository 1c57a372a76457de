/** What may be asked of the store: changes, questions, and who its servers are. How all of it travels: `protocol.ts`. */
import type { Json, NodeId } from '../../harness/core/host.ts';

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

export type WatchScope = 'kv' | 'registry';
