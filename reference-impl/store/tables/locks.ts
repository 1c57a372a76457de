/**
 * Locks of the store: a lock is a lease on a key, and its fencing token is the revision of its grant.
 *
 * Part of the replicated state: changed only by `apply`, in the order of the log. Like every lease it
 * ends by a command of the leader. A token alone protects nobody (Kleppmann, "How to do distributed
 * locking", 2016): its holder may stand still and wake up after the lease has ended. So a fenced write
 * carries its token, and is refused once a newer one was granted. A semaphore is as many locks as it
 * has permits; whichever is free is taken.
 */
import type { Json } from '../../../harness/core/host.ts';
import type { HeldLock, LockChange, StoreError } from '../answered.ts';
import type { ChangeOp } from '../asked.ts';
import type { StoreRules } from '../rules.ts';
import { keyBytesMax } from '../sizes.ts';
import { RowsDigest } from './rows-digest.ts';
import type { Applied, Lease, Table } from './table.ts';

type LockRules = Pick<
  StoreRules,
  'mayAcquire' | 'permitsOf' | 'isPermitOf' | 'mayWriteFenced' | 'tokenOfForgotten'
>;
type Acquire = ChangeOp & { readonly f: 'acquire' };
type Release = ChangeOp & { readonly f: 'release' };

/** A lock that is held, or the newest token of one that is not. */
type Row = HeldLock | { readonly key: string; readonly newest: number };

/** Longer than the longest key. */
const forgottenRow = ' '.repeat(keyBytesMax + 1);

export class Locks implements Table {
  readonly name = 'locks';
  readonly executes = ['acquire', 'release'] as const;
  private readonly rules: LockRules;
  private readonly freeMax: number;
  /** By key. */
  private readonly held = new Map<string, HeldLock>();
  /** Of locks that nobody holds: the newest token that was ever granted. Oldest release first. */
  private readonly newest = new Map<string, number>();
  /** The newest token of all that were forgotten: what is unknown is not newer than that. */
  private forgotten = 0;
  /** By key; `forgottenRow` is no lock. */
  private readonly hashes = new RowsDigest<string>(this.name, (key) => {
    if (key === forgottenRow) return { key: '', newest: this.forgotten };
    const [held, newest] = [this.held.get(key), this.newest.get(key)];
    if (held !== undefined) return { ...held };
    return newest === undefined ? undefined : { key, newest };
  });

  constructor(rules: LockRules, freeMax: number) {
    this.rules = rules;
    this.freeMax = freeMax;
    this.hashes.touch(forgottenRow);
  }

  /** The lock that is held under this lease. */
  get(lease: number): HeldLock | undefined {
    for (const lock of this.held.values()) if (lock.lease === lease) return lock;
    return undefined;
  }

  holder(key: string): { readonly lock: HeldLock | null; readonly newest: number } {
    return { lock: this.held.get(key) ?? null, newest: this.newestOf(key) };
  }

  check(op: ChangeOp): StoreError | null {
    if (op.f === 'acquire') {
      const [first = op.key, ...others] = this.locksOf(op);
      const isHeld = [first, ...others].every((key) => this.held.has(key));
      if (this.rules.mayAcquire({ isHeld })) return null;
      return { code: 'held', lease: this.held.get(first)?.lease ?? 0 };
    }
    // Only the grant with this token: a later holder's lock is not one's own.
    if (op.f === 'release' && this.heldBy(op) === null) {
      return { code: 'not-held', lease: op.token };
    }
    if (op.f !== 'write-fenced') return null;
    // Does this token still protect a write?
    const { token } = op;
    const newest = this.newestOf(op.lock);
    return this.rules.mayWriteFenced({ token, newest }) ? null : { code: 'fenced', newest };
  }

  apply(op: ChangeOp, revision: number): Applied {
    if (op.f === 'acquire') {
      const { ttlUs } = op;
      const all = this.locksOf(op);
      const key = all.find((k) => !this.held.has(k)) ?? (all[0] as string);
      const lock: HeldLock = { key, lease: revision, ttlUs };
      this.held.set(key, lock);
      this.newest.delete(key);
      this.hashes.touch(key);
      return {
        answer: { type: 'lease', lease: revision, ttlUs, revision },
        changes: [{ scope: 'lock', revision, change: 'granted', lock }],
      };
    }
    const lock = this.free(this.heldBy(op as Release) as string);
    return {
      answer: { type: 'done', revision },
      changes: [{ scope: 'lock', revision, change: 'released', lock }],
    };
  }

  *expirable(): Generator<Lease> {
    for (const { lease, ttlUs } of this.held.values()) yield { of: 'lock', lease, ttlUs };
  }

  /** The lock with this lease has outlived it. */
  expire(lease: number, revision: number): readonly LockChange[] | null {
    for (const lock of this.held.values()) {
      if (lock.lease !== lease) continue;
      return [{ scope: 'lock', revision, change: 'expired', lock: this.free(lock.key) }];
    }
    return null;
  }

  digest(): number {
    return this.hashes.value;
  }

  rows(): Iterator<Json> {
    const free = [...this.newest].map(([key, newest]): Row => ({ key, newest }));
    const rows: Row[] = [{ key: '', newest: this.forgotten }, ...free, ...this.held.values()];
    return rows.map((r): Json => ({ ...r })).values();
  }

  restore(row: Json): void {
    const r = row as unknown as Row;
    if ('lease' in r) this.held.set(r.key, r);
    else if (r.key === '') this.forgotten = r.newest;
    else this.newest.set(r.key, r.newest);
    this.hashes.touch('lease' in r || r.key !== '' ? r.key : forgottenRow);
  }

  /** Of a semaphore as many as it has permits. */
  private locksOf({ key, permits }: Acquire): readonly string[] {
    if (permits === undefined) return [key];
    return Array.from({ length: this.rules.permitsOf(permits) }, (_, n) => permitName(key, n));
  }

  /** The lock that is held by this token; null: it has ended. */
  private heldBy({ key, token, isPermit }: Release): string | null {
    if (isPermit !== true) return this.held.get(key)?.lease === token ? key : null;
    const lock = this.get(token);
    return lock !== undefined && this.rules.isPermitOf(lock.key, key) ? lock.key : null;
  }

  /** The newest token that was ever granted for a lock, or more. */
  private newestOf(key: string): number {
    return (
      this.held.get(key)?.lease ??
      this.newest.get(key) ??
      this.rules.tokenOfForgotten(this.forgotten)
    );
  }

  private free(key: string): HeldLock {
    const lock = this.held.get(key) as HeldLock;
    this.held.delete(key);
    this.newest.set(key, lock.lease);
    this.hashes.touch(key);
    if (this.newest.size > this.freeMax) {
      const [oldest, token] = this.newest.entries().next().value as [string, number];
      this.newest.delete(oldest);
      this.forgotten = Math.max(this.forgotten, token);
      this.hashes.touch(oldest);
      this.hashes.touch(forgottenRow);
    }
    return lock;
  }
}

/** See `isPermitOf`. Semaphores have keys of their own, apart from those of locks (`permitOp`). */
function permitName(semaphore: string, n: number): string {
  return `${semaphore}#${n}`;
}
