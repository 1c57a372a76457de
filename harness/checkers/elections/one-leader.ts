/** At most one leader at a time, each by its own lease, and terms that grow: O(n log n). */
import { formatDuration } from '../../core/duration.ts';
import type { Judged } from '../judged.ts';
import type { ClockBounds } from '../locks/hold.ts';
import type { Op } from '../operations.ts';
import { moment, nameOp } from '../words.ts';
import { type Term, termsOf } from './terms.ts';

/** Operations that contradict each other, in words. */
export interface ElectionFault {
  readonly ops: readonly Op[];
  readonly sentences: readonly string[];
}

export type OneLeaderResult = Judged<{ readonly checked: number }, ElectionFault>;

export function checkOneLeader(ops: readonly Op[], bounds: ClockBounds = {}): OneLeaderResult {
  const terms = termsOf(ops, bounds);
  if (terms.length === 0) return { kind: 'unknown', reason: 'no campaign was won' };
  const fault = overlap(terms) ?? fallen(terms);
  return fault === null ? { kind: 'holds', checked: terms.length } : { kind: 'violated', fault };
}

function overlap(terms: readonly Term[]): ElectionFault | null {
  /** By election: of those that began so far the one that ends last. */
  const latest = new Map<string, Term>();
  for (const t of terms) {
    if (t.fromUs >= t.untilUs) continue;
    const before = latest.get(t.campaign.key);
    if (before !== undefined && t.fromUs < before.untilUs) {
      const both = `Both led ${t.campaign.key} ${moment(t.fromUs, t.campaign.ret)}.`;
      const ops = [before.campaign, before.confirmed, t.campaign];
      return { ops: [...new Set(ops)], sentences: [sentence(before), sentence(t), both] };
    }
    if (before === undefined || t.untilUs > before.untilUs) latest.set(t.campaign.key, t);
  }
  return null;
}

/** A campaign that was called after another was won and yet has no larger term. */
function fallen(terms: readonly Term[]): ElectionFault | null {
  const byCall = [...terms].sort((a, b) => a.campaign.call - b.campaign.call);
  const largest = new Map<string, Term>();
  let won = 0;
  for (const later of byCall) {
    for (let t = terms[won]; t !== undefined && t.campaign.ret < later.campaign.call;) {
      const before = largest.get(t.campaign.key);
      if (before === undefined || t.term > before.term) largest.set(t.campaign.key, t);
      t = terms[(won += 1)];
    }
    const before = largest.get(later.campaign.key);
    if (before === undefined || later.term > before.term) continue;
    const why = `It won term ${later.term}, which is not larger than ${before.term}.`;
    const ops = [before.campaign, later.campaign];
    return { ops, sentences: [sentence(before), sentence(later), why] };
  }
  return null;
}

function sentence({ campaign, untilUs, resign, confirmed }: Term): string {
  const begin = `${nameOp(campaign)} returned ${moment(campaign.retUs, campaign.ret)}`;
  if (resign !== null && untilUs === resign.callUs) {
    return `${begin}; it called resign ${moment(resign.callUs, resign.call)}.`;
  }
  const since = moment(confirmed.callUs, confirmed.call);
  const by = confirmed === campaign ? `asked for ${since}` : `renewed by a call ${since}`;
  if (untilUs === Infinity) return `${begin}; it never resigned.`;
  return `${begin}; its lease, ${by}, lasted until ${formatDuration(Math.round(untilUs))} at least.`;
}
