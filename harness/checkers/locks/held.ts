/** What was held for sure in a history of acquires and releases, and how that is told. */
import { formatDuration } from '../../core/duration.ts';
import type { Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { type ClockBounds, type Hold, leaseAtLeastUs } from './hold.ts';
import { grantOf, tokenIn } from './lock-operations.ts';

/** Null: leases cannot be counted without times. Without leases positions in the history are enough. */
export function surelyHeld(ops: readonly Op[], bounds: ClockBounds): Hold[] | null {
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

export function holdWords({ acquire: op, until, release }: Hold): string {
  const hasTimes = op.callUs >= 0;
  const begin = `${nameOp(op)} was called ${moment(op.callUs, op.call)} and returned ${moment(op.retUs, op.ret)}`;
  if (until === Infinity) return `${begin}; it was never released.`;
  if (release !== null && until === (hasTimes ? release.callUs : release.call)) {
    return `${begin}; its release was called ${moment(release.callUs, release.call)}.`;
  }
  const lease = formatDuration(Math.round(grantOf(op)?.ttlUs ?? 0));
  return `${begin}; its lease of ${lease} lasted until ${formatDuration(Math.round(until))} at least.`;
}
