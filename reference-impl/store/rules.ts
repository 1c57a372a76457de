/** The small decisions of the store, consensus included. A mutant replaces one of them. */
import { consensusRules, type ConsensusRules } from '../consensus/rules.ts';
import type { Json } from '../../harness/core/host.ts';
import type { StoreAnswer, WatchEvent } from './answered.ts';

interface LeaseFacts {
  readonly of: 'registration' | 'lock' | 'keys';
  readonly nowUs: number;
  /** Last renewal, or the beginning of this leader's reign if that is later; the leader's clock. */
  readonly renewedUs: number;
  readonly ttlUs: number;
  /** Granted under an earlier leader, and not renewed since. */
  readonly isInherited: boolean;
}

interface StaleFacts {
  /** What this server has applied. */
  readonly revision: number;
  /** The newest that the session has read or written. */
  readonly seen: number;
}

export interface StoreRules extends ConsensusRules {
  /** Has this lease outlived its TTL? Only the leader asks. */
  isExpired(f: LeaseFacts): boolean;
  /** Is a change that its session has executed already answered from memory, not done again? */
  isDoneOnce(where: 'arrival' | 'execution'): boolean;
  /** What is answered to a copy of a change that was executed before and got the answer `first`. */
  answerAgain(where: 'arrival' | 'execution', first: StoreAnswer): StoreAnswer;
  /** Which of the requests that waited for one confirmation of leadership are answered now. */
  answered<R>(waiting: readonly R[]): readonly R[];
  /** Which of those whose reads wait at a leader are told to ask elsewhere when it leads no more. */
  toldElsewhere<R>(waiting: readonly R[]): readonly R[];
  /** Is who asked for a change told that it was applied? More may be committed and applied after it. */
  isToldApplied(f: { readonly isLast: boolean }): boolean;
  /** Is who asked for a change forgotten once it was applied? */
  forgetsTold(): boolean;
  /** May this server answer a read that may be stale? */
  mayServeStale(f: StaleFacts): boolean;
  /** May a lock be granted? */
  mayAcquire(f: { readonly isHeld: boolean }): boolean;
  /** How many permits a semaphore has of which so many were asked for. */
  permitsOf(asked: number): number;
  /** Is the lock of this key a permit of that semaphore? Permits are `SEMAPHORE#0`, `SEMAPHORE#1` … */
  isPermitOf(key: string, semaphore: string): boolean;
  /** May a write with this token still be executed? `newest` is the newest that was granted. */
  mayWriteFenced(f: { readonly token: number; readonly newest: number }): boolean;
  /** Is a barrier open once so many of its parties are in? */
  opensBarrier(f: { readonly inside: number; readonly parties: number }): boolean;
  /** Does a barrier that was opened stay open while somebody is in? */
  staysOpen(): boolean;
  /** Have all gone from a barrier in which so many are left? */
  isLeft(f: { readonly inside: number }): boolean;
  /** Which of the writes of a transaction are made; null deletes. */
  txnWrites(writes: ReadonlyMap<string, Json>): ReadonlyMap<string, Json>;
  /** Which branch a transaction takes, by what its comparisons came to. */
  txnSucceeds(isTrue: readonly boolean[]): boolean;
  /** Does a read in a transaction see what the transaction wrote before it? */
  txnReadsOwn(): boolean;
  /** Is a watcher told of this change, which it wants? */
  isTold(e: WatchEvent): boolean;
  /** Does a snapshot hold the rows of this table? */
  isInSnapshot(table: string): boolean;
  /** Which of the keys that go with a lease go when it ends? */
  endsWithLease(keys: readonly string[]): readonly string[];
  /** May a change of a session that is not known be a copy of what one did that was last used at `forgottenAt`? */
  mayBeCopy(base: number, forgottenAt: number): boolean;
  /** What is known of the newest token of a lock that is forgotten: `newest` of all of those. */
  tokenOfForgotten(newest: number): number;
  /** Which of the keys that begin so go when all of them are removed? */
  removedWith(keys: readonly string[]): readonly string[];
  /** May a list go on with its next page, when something of it has changed since its first or not? */
  mayGoOn(hasChanged: boolean): boolean;
  /** Where the next page begins, when this one ends before row `end`. */
  nextPage(end: number): number;
  /** Does a key keep the lease that it goes with when it is written without one? */
  keepsLease(): boolean;
  /** As of which revision is a read of `at` answered? `present` is the newest. */
  asOf(at: number, present: number): number;
  /** Is a revision forgotten, when changes up to `compacted` are gone? */
  isForgotten(at: number, compacted: number): boolean;
  /** Up to which change does a compaction forget that is to leave `earliest` as the earliest? */
  forgetsUpTo(earliest: number): number;
  /** After which revision does a watcher that resumes after `after` begin? `revision` is the present. */
  startsAfter(after: number, revision: number): number;
  /** Do watchers go on with the state that a snapshot brings? */
  isToldOfSnapshot(): boolean;
}

export const storeRules: StoreRules = {
  ...consensusRules,
  isExpired: (f) => f.nowUs - f.renewedUs >= f.ttlUs,
  // At arrival to spare the log, at execution because two tries may both be in it (dissertation §6.3).
  isDoneOnce: () => true,
  answerAgain: (_, first) => first,
  answered: (waiting) => waiting,
  toldElsewhere: (waiting) => waiting,
  isToldApplied: () => true,
  forgetsTold: () => true,
  // ZooKeeper's clients send the last zxid they have seen, etcd's the smallest revision they accept.
  mayServeStale: (f) => f.revision >= f.seen,
  mayAcquire: (f) => !f.isHeld,
  permitsOf: (asked) => asked,
  // To the last sign: `a#1#0` is a permit of `a#1`, and none of `a`.
  isPermitOf: (key, semaphore) => key.slice(0, key.lastIndexOf('#')) === semaphore,
  mayWriteFenced: (f) => f.token >= f.newest,
  opensBarrier: (f) => f.inside >= f.parties,
  staysOpen: () => true,
  isLeft: (f) => f.inside === 0,
  txnWrites: (writes) => writes,
  txnSucceeds: (isTrue) => isTrue.every(Boolean),
  txnReadsOwn: () => true,
  isTold: () => true,
  isInSnapshot: () => true,
  endsWithLease: (keys) => keys,
  // It knew the log no further than that when it was first sent.
  mayBeCopy: (base, forgottenAt) => base < forgottenAt,
  tokenOfForgotten: (newest) => newest,
  removedWith: (keys) => keys,
  // What its pages say is true of one moment.
  mayGoOn: (hasChanged) => !hasChanged,
  nextPage: (end) => end,
  keepsLease: () => false,
  asOf: (at) => at,
  isForgotten: (at, compacted) => at <= compacted,
  // As etcd: what the earliest revision itself changed can still be told.
  forgetsUpTo: (earliest) => earliest - 1,
  startsAfter: (after) => after,
  isToldOfSnapshot: () => true,
};
