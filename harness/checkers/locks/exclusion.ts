/**
 * Mutual exclusion of locks with leases (Gray & Cheriton, "Leases", 1989, section 2), O(n log n).
 *
 * A process holds a lock for sure from the return of its acquire until it calls release, and no longer
 * than its lease: the TTL counted from the *call* of the acquire, by a clock that may be wrong by the
 * declared bounds. Two such intervals of different processes that overlap are a violation whatever
 * the clocks and the network did; everything else could be innocent and is let pass.
 */
import { assert } from '../../core/assert.ts';
import type { Judged } from '../judged.ts';
import type { Op } from '../operations.ts';
import { moment } from '../words.ts';
import type { ClockBounds, Hold } from './hold.ts';
import { holdWords, surelyHeld } from './held.ts';
import { type LockHolds, refuteHolds } from './replay/exclusion.ts';

/** Operations that contradict each other, in words. */
export interface LockFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

/** `checked`: grants. */
export type ExclusionResult = Judged<
  { readonly checked: number; readonly certificate: LockHolds },
  LockFault
>;

/** `ops` with the releases that failed: who calls release has stopped to rely on the lock. */
export function checkExclusion(ops: readonly Op[], bounds: ClockBounds = {}): ExclusionResult {
  const all = surelyHeld(ops, bounds);
  if (all === null) {
    return { kind: 'unknown', reason: 'leases have a ttlUs and the operations have no times' };
  }
  if (all.length === 0) return { kind: 'unknown', reason: 'no acquire succeeded' };
  all.sort((a, b) => a.from - b.from);
  const holds = new Map<string, Hold[]>();
  /** By lock: of those that began so far the one that ends last. All in force are of one process. */
  const latest = new Map<string, Hold>();
  for (const hold of all) {
    const lock = hold.acquire.key;
    const own = holds.get(lock);
    if (own === undefined) holds.set(lock, [hold]);
    else own.push(hold);
    const before = latest.get(lock);
    if (before === undefined || hold.from >= before.until) {
      latest.set(lock, hold);
      continue;
    }
    if (hold.from >= hold.until) continue;
    if (before.acquire.process !== hold.acquire.process) {
      return { kind: 'violated', fault: explain(before, hold) };
    }
    if (hold.until > before.until) latest.set(lock, hold);
  }
  const certificate: LockHolds = { kind: 'lock-holds', holds };
  const fault = refuteHolds(ops, certificate, bounds);
  assert(fault === null, 'what was held replays', { fault });
  return { kind: 'holds', checked: all.length, certificate };
}

function explain(first: Hold, second: Hold): LockFault {
  const op = second.acquire;
  const both = `Both held ${op.key || 'the lock'} ${moment(op.retUs, op.ret)}.`;
  return { ops: [first.acquire, op], sentences: [holdWords(first), holdWords(second), both] };
}
