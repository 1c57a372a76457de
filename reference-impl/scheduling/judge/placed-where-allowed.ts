/** COORDINATION: affinity, anti-affinity and taints are kept (W3). */
import type { History, Invariant, Verdict } from '../../../harness/spec.ts';
import { placementsOf, reasonAgainst } from './placements.ts';

const id = 'placed-where-allowed';
const claim =
  'A pod is placed in the zone that it wants, on a machine whose taints it tolerates, and apart from those from which it is to be.';

export function placedWhereAllowed(): Invariant {
  return { id, area: 'COORDINATION', claim, faultModel: 'any faults', judge };
}

function judge(history: History): Verdict {
  const { machines, on } = placementsOf(history);
  let placed = 0;
  for (const [key, pods] of on) {
    const machine = machines.get(key);
    for (const p of pods) {
      placed += 1;
      const why =
        machine === undefined ? 'there is no such machine' : reasonAgainst(p, machine, pods);
      if (why === null || p.ended === null) continue;
      const sentences = [`Pod ${p.pod} was placed on ${key}: ${why}.`];
      const explanation = { atUs: p.ended.timeUs, sentences, ops: [p.op] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (placed === 0) return { kind: 'unknown', invariant: id, reason: 'nothing was placed' };
  return { kind: 'holds', invariant: id, basis: `${placed} pods` };
}
