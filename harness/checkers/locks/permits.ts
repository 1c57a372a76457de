/**
 * Permits of a semaphore with leases (Dijkstra, 1965; of leases see `exclusion.ts`), O(n log n + n · permits).
 *
 * A process holds a permit for sure as it would hold a lock. More such intervals at one moment than
 * there are permits are a violation, whatever the clocks and the network did.
 */
import type { Json } from '../../core/host.ts';
import type { Judged } from '../judged.ts';
import type { Op } from '../operations.ts';
import { moment } from '../words.ts';
import type { LockFault } from './exclusion.ts';
import { holdWords, surelyHeld } from './held.ts';
import type { ClockBounds, Hold } from './hold.ts';

/** `checked`: grants. */
export type PermitsResult = Judged<{ readonly checked: number }, LockFault>;

/** Of `acquire` {ttlUs, permits} and `release`, also those that failed: who calls it relies on nothing any more. */
export function checkPermits(ops: readonly Op[], bounds: ClockBounds = {}): PermitsResult {
  const all = surelyHeld(ops, bounds);
  if (all === null) {
    return { kind: 'unknown', reason: 'leases have a ttlUs and the operations have no times' };
  }
  if (all.length === 0) return { kind: 'unknown', reason: 'nobody was granted a permit' };
  all.sort((a, b) => a.from - b.from);
  /** By semaphore: what is held at the moment that is looked at, never more than there are permits. */
  const held = new Map<string, readonly Hold[]>();
  for (const hold of all) {
    if (hold.from >= hold.until) continue;
    const { key, input } = hold.acquire;
    const now = [...(held.get(key) ?? []).filter((h) => h.until > hold.from), hold];
    if (now.length > permitsIn(input)) return { kind: 'violated', fault: explain(now) };
    held.set(key, now);
  }
  return { kind: 'holds', checked: all.length };
}

/** How many there are, as the acquire says; of one that does not say there is one. */
export function permitsIn(input: Json): number {
  const { permits } = (input ?? {}) as { readonly permits?: Json };
  return typeof permits === 'number' ? permits : 1;
}

function explain(holds: readonly Hold[]): LockFault {
  const { key, input, retUs, ret } = (holds.at(-1) as Hold).acquire;
  const permits = permitsIn(input);
  const many = `${holds.length} permits of ${key} were held ${moment(retUs, ret)}, and it has ${permits}.`;
  return { ops: holds.map((h) => h.acquire), sentences: [...holds.map(holdWords), many] };
}
