/** Operations of a workload on locks, and on what locks protect. */
import type { Call, Json } from '../../harness/core/host.ts';
import type { LockOp, StoreOp } from '../store/asked.ts';

/**
 * `acquire` {ttlUs}, which answers with the token; `release` token; `write-fenced` {lock, token, value}.
 * Null: there is no such operation, or its argument makes no sense.
 */
export function lockOp({ f, key, value }: Call): LockOp | null {
  if (f === 'release') return typeof value === 'number' ? { f, key, token: value } : null;
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { ttlUs, lock, token, value: written = null } = value as Readonly<Record<string, Json>>;
  if (f === 'acquire') return typeof ttlUs === 'number' ? { f, key, ttlUs } : null;
  if (f !== 'write-fenced' || typeof lock !== 'string' || typeof token !== 'number') return null;
  return { f, key, lock, token, value: written };
}

/** An office is a lock that is kept by renewing its lease: the token of the grant is the term. */
export function electionOp(call: Call): StoreOp | null {
  const { f, key, value } = call;
  const office = `election/${key}`;
  if (f === 'leader') return { f: 'holder', key: office };
  if (f === 'campaign') return lockOp({ ...call, f: 'acquire', key: office });
  if (typeof value !== 'number') return null;
  if (f === 'renew-term') return { f: 'renew', lease: value };
  return { f: 'release', key: office, token: value };
}

/** `acquire-permit` {ttlUs, permits}, which answers with the token; `release-permit` token. */
export function permitOp({ f, key, value }: Call): LockOp | null {
  const semaphore = `semaphore/${key}`;
  if (f === 'release-permit') {
    const isToken = typeof value === 'number';
    return isToken ? { f: 'release', key: semaphore, token: value, isPermit: true } : null;
  }
  if (value === null || typeof value !== 'object' || Array.isArray(value)) return null;
  const { ttlUs, permits } = value as Readonly<Record<string, Json>>;
  if (typeof ttlUs !== 'number' || typeof permits !== 'number') return null;
  return { f: 'acquire', key: semaphore, ttlUs, permits };
}
