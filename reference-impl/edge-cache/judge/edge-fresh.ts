/**
 * CONSISTENCY: no edge serves what had been replaced for longer than the time to live (C4).
 *
 * Over operations alone, by versions: a write that was acknowledged longer before a fetch began than that is in its
 * answer, or a later one is.
 */
import { driftFactor, formatDuration, secondsUs, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';

const id = 'edge-fresh';
const claim = 'No edge serves a version that had been replaced for longer than its time to live.';

export function edgeFresh(): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: "any faults; clocks within the plan's drift",
    judge,
  };
}

interface Written {
  readonly version: number;
  readonly atUs: number;
}

function judge({ events }: History, program: Program): Verdict {
  const asked = program.settings.extra['edgeCache'] as { readonly ttlUs?: number } | null;
  const ttlUs = (asked?.ttlUs ?? secondsUs(5)) * driftFactor(program);
  const begun = new Map<number, number>();
  const writes = new Map<string, Written[]>();
  let fetched = 0;
  for (const e of events) {
    if (e.type === 'invoke' && e.f === 'fetch') begun.set(e.op, e.timeUs);
    if (e.type !== 'ok') continue;
    if (e.f === 'write' && e.version !== undefined) {
      const of = writes.get(e.key) ?? [];
      writes.set(e.key, of);
      of.push({ version: e.version, atUs: e.timeUs });
    }
    if (e.f !== 'fetch') continue;
    fetched += 1;
    const sinceUs = (begun.get(e.op) ?? 0) - ttlUs;
    begun.delete(e.op);
    const newer = writes.get(e.key)?.find((w) => w.atUs < sinceUs && w.version > (e.version ?? 0));
    if (newer === undefined) continue;
    const sentences = [
      `Process ${e.process} got version ${e.version ?? 0} of ${e.key} from its edge ${when(e.timeUs)}.`,
      `Version ${newer.version} was acknowledged ${when(newer.atUs)}, more than ${formatDuration(ttlUs)} before it asked.`,
    ];
    const explanation = { atUs: e.timeUs, sentences, ops: [e.op] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (fetched === 0) return { kind: 'unknown', invariant: id, reason: 'no edge was asked' };
  const all = [...writes.values()].reduce((n, w) => n + w.length, 0);
  return { kind: 'holds', invariant: id, basis: `${fetched} fetches, ${all} writes` };
}
