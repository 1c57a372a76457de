/**
 * Mutual exclusion of locks with leases (Gray & Cheriton, "Leases", 1989, section 2), O(n log n).
 *
 * A process holds a lock for sure from the return of its acquire until it calls release, and no longer
 * than its lease: the TTL counted from the *call* of the acquire, by a clock that may be wrong by the
 * declared bounds. Two such intervals of different processes that overlap are a violation whatever
 * the clocks and the network did; everything else could be innocent and is let pass.
 */
import { assert } from '../../core/assert.ts';
import { formatDuration } from '../../core/duration.ts';
import type { Judged } from '../judged.ts';
import type { Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { type ClockBounds, type Hold, leaseAtLeastUs } from './hold.ts';
import { grantOf, tokenIn } from './lock-operations.ts';
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

/** Null: leases cannot be counted without times. Without leases positions in the history are enough. */
function surelyHeld(ops: readonly Op[], bounds: ClockBounds): Hold[] | null {
  const grants = ops.flatMap((op) => grantOf(op) ?? []);
  const hasTimes = grants.every((g) => g.op.callUs >= 0);
  if (!hasTimes && grants.some((g) => g.ttlUs !== null)) return null;
  const releases = releasesOf(ops);
  return grants.map(({ op, ttlUs }) => {
    const release = releases.get(op) ?? null;
    const released = release === null ? Infinity : hasTimes ? release.callUs : release.call;
    const leaseEnds = ttlUs === null ? Infinity : op.callUs + leaseAtLeastUs(ttlUs, bounds);
    const from = hasTimes ? op.retUs : op.ret;
    return { acquire: op, from, until: Math.min(released, leaseEnds), release };
  });
}

/** The first release of each acquire: by its token, or the next of the same process on that lock. */
function releasesOf(ops: readonly Op[]): ReadonlyMap<Op, Op> {
  const byToken = new Map<string, Op>();
  const byProcess = new Map<string, Op>();
  const found = new Map<Op, Op>();
  const inOrder = [...ops].sort((a, b) => a.call - b.call);
  for (const op of inOrder) {
    const process = `${op.process} ${op.key}`;
    const grant = grantOf(op);
    if (grant !== null) {
      byProcess.set(process, op);
      if (grant.token !== null) byToken.set(`${grant.token} ${op.key}`, op);
    } else if (op.f === 'release') {
      const acquired = byToken.get(`${tokenIn(op)} ${op.key}`) ?? byProcess.get(process);
      if (acquired !== undefined && !found.has(acquired)) found.set(acquired, op);
    }
  }
  return found;
}

function explain(first: Hold, second: Hold): LockFault {
  const op = second.acquire;
  const both = `Both held ${op.key || 'the lock'} ${moment(op.retUs, op.ret)}.`;
  return { ops: [first.acquire, op], sentences: [sentence(first), sentence(second), both] };
}

function sentence({ acquire: op, until, release }: Hold): string {
  const hasTimes = op.callUs >= 0;
  const begin = `${nameOp(op)} was called ${moment(op.callUs, op.call)} and returned ${moment(op.retUs, op.ret)}`;
  if (until === Infinity) return `${begin}; it was never released.`;
  if (release !== null && until === (hasTimes ? release.callUs : release.call)) {
    return `${begin}; its release was called ${moment(release.callUs, release.call)}.`;
  }
  const lease = formatDuration(Math.round(grantOf(op)?.ttlUs ?? 0));
  return `${begin}; its lease of ${lease} lasted until ${formatDuration(Math.round(until))} at least.`;
}
