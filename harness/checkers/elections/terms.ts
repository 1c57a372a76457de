/**
 * What operations say of elections. The key names the election; times are whole microseconds.
 *
 * `campaign` asks with `{ttlUs}` and answers with the term that was won; `renew-term` and `resign` name it;
 * `leader` answers with the term of who leads, or null. Terms grow from one leader to the next.
 */
import type { Json } from '../../core/host.ts';
import { type ClockBounds, leaseAtLeastUs } from '../locks/hold.ts';
import { isCompleted, type Op } from '../operations.ts';

/**
 * A term that was won, and the time in which its holder rightly believes that it leads: from the return of
 * its campaign until it calls resign, and no longer than the lease, counted from the call of whatever
 * started that last (Gray & Cheriton, "Leases", 1989, section 2).
 */
export interface Term {
  readonly campaign: Op;
  readonly term: number;
  readonly fromUs: number;
  readonly untilUs: number;
  /** Its first resignation, also of unknown fate; null: none was called. */
  readonly resign: Op | null;
  /** What started its lease last. */
  readonly confirmed: Op;
}

/** In order of their returns. `ops` with the resignations that failed: who calls one has stopped to lead. */
export function termsOf(ops: readonly Op[], bounds: ClockBounds): Term[] {
  const byTerm = new Map<string, Op[]>();
  for (const op of ops) {
    const own = op.f === 'renew-term' || op.f === 'resign' ? numberOf(op.input) : null;
    if (own === null) continue;
    const name = `${own} ${op.key}`;
    byTerm.set(name, [...(byTerm.get(name) ?? []), op]);
  }
  return ops
    .flatMap((op) => {
      const won = op.f === 'campaign' && isCompleted(op) ? numberOf(op.output) : null;
      if (won === null) return [];
      // Before it was won nobody could name it.
      const later = (byTerm.get(`${won} ${op.key}`) ?? []).filter((o) => o.call > op.ret);
      return termOf(op, won, later, bounds);
    })
    .sort((a, b) => a.fromUs - b.fromUs);
}

function termOf(campaign: Op, term: number, later: readonly Op[], bounds: ClockBounds): Term {
  const { ttlUs = Infinity } = (campaign.input ?? {}) as { readonly ttlUs?: number };
  const resign = later.find((op) => op.f === 'resign') ?? null;
  const confirmed = later.findLast((op) => op.f === 'renew-term' && isCompleted(op)) ?? campaign;
  const leaseEndsUs = confirmed.callUs + leaseAtLeastUs(ttlUs, bounds);
  const untilUs = Math.min(leaseEndsUs, resign?.callUs ?? Infinity);
  return { campaign, term, fromUs: campaign.retUs, untilUs, resign, confirmed };
}

export function numberOf(value: Json): number | null {
  return typeof value === 'number' ? value : null;
}
