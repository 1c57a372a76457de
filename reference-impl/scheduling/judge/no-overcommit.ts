/** COORDINATION: however many schedulers there are, no machine is promised more than it has (W3). */
import type { History, Invariant, Verdict } from '../../../harness/spec.ts';
import { placementsOf } from './placements.ts';

const id = 'no-overcommit';
const claim = 'The pods that were placed on a machine take no more together than it has.';

export function noOvercommit(): Invariant {
  return { id, area: 'COORDINATION', claim, faultModel: 'any faults', judge };
}

function judge(history: History): Verdict {
  const { machines, on } = placementsOf(history);
  let placed = 0;
  for (const [key, pods] of on) {
    const has = machines.get(key)?.cpu ?? 0;
    let taken = 0;
    for (const p of pods) {
      placed += 1;
      taken += p.cpu;
      if (taken <= has || p.ended === null) continue;
      const sentences = [
        `${key} has ${has}. When pod ${p.pod} was placed on it, which takes ${p.cpu}, ${taken} of it were taken.`,
      ];
      const explanation = { atUs: p.ended.timeUs, sentences, ops: pods.map((x) => x.op).slice(-3) };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (placed === 0) return { kind: 'unknown', invariant: id, reason: 'nothing was placed' };
  return { kind: 'holds', invariant: id, basis: `${placed} pods on ${on.size} machines` };
}
