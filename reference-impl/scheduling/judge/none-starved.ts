/**
 * COORDINATION: a pod for which there is room is placed, whoever else schedules (W3).
 *
 * Pods stay where they are, so whatever has room in the end had it all the time. What may have been placed, nobody knows
 * where, is taken to be everywhere.
 */
import type { History, Invariant, Verdict } from '../../../harness/spec.ts';
import { placementsOf, reasonAgainst } from './placements.ts';

const id = 'none-starved';
const claim = 'No pod is refused while a machine on which it may run has room for it.';

export function noneStarved(): Invariant {
  return { id, area: 'COORDINATION', claim, faultModel: 'any faults', judge };
}

function judge(history: History): Verdict {
  const { machines, wanted, on } = placementsOf(history);
  const unknown = wanted.filter((w) => w.ended === null || w.ended.type === 'info');
  let refused = 0;
  for (const w of wanted) {
    if (w.ended?.type !== 'fail') continue;
    refused += 1;
    for (const m of machines.values()) {
      const there = [...(on.get(m.key) ?? []), ...unknown];
      const taken = there.reduce((sum, p) => sum + p.cpu, w.cpu);
      if (taken > m.cpu || reasonAgainst(w, m, there) !== null) continue;
      const sentences = [
        `Pod ${w.pod} was refused: ${w.ended.error ?? 'no reason was given'}.`,
        `It takes ${w.cpu}; of ${m.key} at most ${taken - w.cpu} of ${m.cpu} were taken until the end, and nothing speaks against it.`,
      ];
      const explanation = { atUs: w.ended.timeUs, sentences, ops: [w.op] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (wanted.length === 0) return { kind: 'unknown', invariant: id, reason: 'nothing was wanted' };
  return {
    kind: 'holds',
    invariant: id,
    basis: `${wanted.length} pods, ${refused} of them refused`,
  };
}
