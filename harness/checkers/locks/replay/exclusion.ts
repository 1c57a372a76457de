/** The independent judge of mutual exclusion: goes through what each process is said to have held. */
import { firstWhere } from '../../bisect.ts';
import type { Op } from '../../operations.ts';
import { type ClockBounds, type Hold, leaseAtLeastUs } from '../hold.ts';
import { grantOf, tokenIn } from '../lock-operations.ts';

export interface LockHolds {
  readonly kind: 'lock-holds';
  /** By lock: what was held, in order of `from`. */
  readonly holds: ReadonlyMap<string, readonly Hold[]>;
}

/**
 * Null when `holds` has every acquire that succeeded once, none ends before its lease or its own
 * release does, and no two of different processes overlap. Otherwise what is wrong.
 */
export function refuteHolds(
  ops: readonly Op[],
  { holds }: LockHolds,
  bounds: ClockBounds,
): string | null {
  const acquires = ops.filter((op) => grantOf(op) !== null);
  const listed = new Set([...holds.values()].flat().map((h) => h.acquire));
  const count = [...holds.values()].reduce((n, own) => n + own.length, 0);
  if (count !== listed.size) return 'an acquire is held by twice';
  const missing = acquires.find((op) => !listed.has(op));
  if (missing !== undefined) return `acquire ${missing.id} is missing`;
  if (listed.size !== acquires.length) return 'something is held that was not granted';
  const hasTimes = acquires.every((op) => op.callUs >= 0);
  const grants = new GrantIndex(acquires);
  for (const [lock, own] of holds) {
    const other = own.find((h) => h.acquire.key !== lock);
    if (other !== undefined) return `acquire ${other.acquire.id} is of another lock`;
    const cut = own.find((h) => isCutShort(h, grants, hasTimes, bounds));
    if (cut !== undefined) return `what acquire ${cut.acquire.id} gave lasts longer`;
    const fault = refuteTerms(own);
    if (fault !== null) return fault;
  }
  return null;
}

/** Terms of one holder after another: what begins within a term is of the same process. */
function refuteTerms(holds: readonly Hold[]): string | null {
  let [process, until, last] = [-1, -Infinity, -Infinity];
  for (const h of holds) {
    const { id } = h.acquire;
    if (h.from < last) return `acquire ${id} comes after one that returned later`;
    last = h.from;
    if (h.until <= h.from) continue;
    if (h.from >= until) [process, until] = [h.acquire.process, h.until];
    else if (h.acquire.process === process) until = Math.max(until, h.until);
    else return `acquire ${id} overlaps what process ${process} holds`;
  }
  return null;
}

function isCutShort(h: Hold, grants: GrantIndex, hasTimes: boolean, bounds: ClockBounds): boolean {
  const { acquire, release } = h;
  const ttlUs = grantOf(acquire)?.ttlUs ?? null;
  if (h.from > (hasTimes ? acquire.retUs : acquire.ret)) return true;
  const leaseEnds = ttlUs === null ? Infinity : acquire.callUs + leaseAtLeastUs(ttlUs, bounds);
  if (h.until >= leaseEnds) return false;
  if (release === null || !grants.isEndedBy(acquire, release)) return true;
  return h.until < (hasTimes ? release.callUs : release.call);
}

/** Which grants are there by lock and token, and by lock and process: each list in order of calls. */
class GrantIndex {
  private readonly lists = new Map<string, Op[]>();

  constructor(acquires: readonly Op[]) {
    for (const op of [...acquires].sort((a, b) => a.call - b.call)) {
      const token = grantOf(op)?.token ?? null;
      if (token !== null) this.list(op, `token ${token}`).push(op);
      this.list(op, `process ${op.process}`).push(op);
    }
  }

  /** A release is of the last grant with its token; where there is none, of its process's last. */
  isEndedBy(acquire: Op, release: Op): boolean {
    if (release.f !== 'release' || release.key !== acquire.key) return false;
    const byToken = this.lastBefore(release, `token ${tokenIn(release)}`);
    return (byToken ?? this.lastBefore(release, `process ${release.process}`)) === acquire;
  }

  private lastBefore(release: Op, name: string): Op | null {
    const list = this.list(release, name);
    return list[firstWhere(list.length, (i) => (list[i] as Op).call > release.call) - 1] ?? null;
  }

  private list({ key }: Op, name: string): Op[] {
    const full = `${name} of ${key}`;
    const list = this.lists.get(full) ?? [];
    this.lists.set(full, list);
    return list;
  }
}
