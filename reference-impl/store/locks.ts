/**
 * Locks of the store: a lock is a lease on a key, and its fencing token is the revision of its grant.
 *
 * Part of the replicated state: changed only by `apply`, in the order of the log. Like every lease it
 * ends by a command of the leader. A token alone protects nobody (Kleppmann, "How to do distributed
 * locking", 2016): its holder may stand still and wake up after the lease has ended. So a fenced write
 * carries its token, and is refused once a newer one was granted.
 */
import type { HeldLock, LockChange, LockOp, StoreAnswer } from './protocol.ts';
import type { StoreRules } from './rules.ts';

type LockRules = Pick<StoreRules, 'mayAcquire' | 'mayWriteFenced'>;

/** What an operation does: its answer, and the change if there was one. */
interface LockResult {
  readonly answer: StoreAnswer;
  readonly change: LockChange | null;
}

export class Locks {
  private readonly rules: LockRules;
  /** By key. */
  private readonly held = new Map<string, HeldLock>();
  /** By key: the newest token that was ever granted. */
  private readonly newest = new Map<string, number>();

  constructor(rules: LockRules) {
    this.rules = rules;
  }

  /** Those that are held now. */
  leases(): Iterable<HeldLock> {
    return this.held.values();
  }

  /** `revision` is that of the change, if there will be one. */
  acquire({ key, ttlUs }: LockOp & { readonly f: 'acquire' }, revision: number): LockResult {
    const holder = this.held.get(key);
    if (!this.rules.mayAcquire({ isHeld: holder !== undefined })) {
      return refused({ code: 'held', lease: holder?.lease ?? 0 });
    }
    const lock: HeldLock = { key, lease: revision, ttlUs };
    this.held.set(key, lock);
    this.newest.set(key, revision);
    return {
      answer: { type: 'lease', lease: revision, ttlUs, revision },
      change: { scope: 'lock', revision, change: 'granted', lock },
    };
  }

  /** Only the grant with this token: a later holder's lock is not one's own. */
  release({ key, token }: LockOp & { readonly f: 'release' }, revision: number): LockResult {
    const lock = this.held.get(key);
    if (lock?.lease !== token) return refused({ code: 'not-held', lease: token });
    this.held.delete(key);
    const change: LockChange = { scope: 'lock', revision, change: 'released', lock };
    return { answer: { type: 'done', revision }, change };
  }

  /** The lock with this lease has outlived it; null: there is none. */
  expire(lease: number, revision: number): LockChange | null {
    for (const lock of this.held.values()) {
      if (lock.lease !== lease) continue;
      this.held.delete(lock.key);
      return { scope: 'lock', revision, change: 'expired', lock };
    }
    return null;
  }

  /** Why this token protects no write any more; null: it does. */
  refusal(lock: string, token: number): StoreAnswer | null {
    const newest = this.newest.get(lock) ?? 0;
    if (this.rules.mayWriteFenced({ token, newest })) return null;
    return { type: 'error', error: { code: 'fenced', newest } };
  }
}

function refused(error: (StoreAnswer & { readonly type: 'error' })['error']): LockResult {
  return { answer: { type: 'error', error }, change: null };
}
