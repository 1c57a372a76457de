/** EFFICIENCY: when the ring has settled, a lookup goes through a logarithm of its nodes (W4; theorem IV.2 of the paper). */
import { nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { settledLookups } from './settled.ts';

const id = 'lookup-short';
const claim =
  'Some time after nodes came and went, a lookup takes no more hops than the logarithm to base 2 of the nodes, rounded up.';

export function lookupShort(): Invariant {
  return { id, area: 'EFFICIENCY', claim, faultModel: 'crashes that are over', judge };
}

function judge(history: History, program: Program): Verdict {
  let judged = 0;
  let most = 0;
  for (const { begun, ended, places } of settledLookups(history)) {
    if (ended?.type !== 'ok') continue;
    const { hops } = ended.value as { hops: number };
    judged += 1;
    most = Math.max(most, hops);
    if (hops <= Math.ceil(Math.log2(places.size))) continue;
    const sentences = [
      `${nameNode(program, Number(begun.value))} was asked for ${begun.key} ${when(begun.timeUs)}: it took ${hops} hops among ${places.size} nodes.`,
    ];
    const explanation = { atUs: ended.timeUs, sentences, ops: [begun.op] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (judged === 0)
    return { kind: 'unknown', invariant: id, reason: 'nobody was asked while nothing changed' };
  return { kind: 'holds', invariant: id, basis: `${judged} lookups of up to ${most} hops` };
}
