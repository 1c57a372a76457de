/** What the store answers, and what it tells of changes. Which answers are definite is told in `protocol.ts`. */
import type { Json, NodeId } from '../../harness/core/host.ts';
import type { CatalogEntry } from './asked.ts';

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

/** Which of these are definite for the operation is told in `protocol.ts`. */
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
