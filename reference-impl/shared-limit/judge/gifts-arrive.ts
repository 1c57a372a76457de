/**
 * RESILIENCE, the other half of `tokens-conserved`: what is given is taken (R7). A cluster that loses what its nodes give
 * one another admits less than its limit, and nothing else tells of it.
 *
 * Where no fault is in force, or was of late. Of two gifts of one node that overtake each other the earlier is lost by
 * design: one that was followed by another that was taken is not judged.
 */
import {
  faultSpans,
  nameNode,
  secondsUs,
  stalledUs,
  wasQuiet,
  when,
} from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';

const id = 'gifts-arrive';
const claim = 'While nothing is wrong, tokens that one node gives another are taken.';

/** A message is on its way no longer, µs. */
const takenWithinUs = secondsUs(1);

export function giftsArrive(): Invariant {
  return { id, area: 'RESILIENCE', claim, faultModel: 'any faults that end', judge };
}

interface Gift {
  readonly from: number;
  readonly to: number;
  readonly number: number;
  readonly tokens: number;
  readonly atUs: number;
}

function judge(history: History, program: Program): Verdict {
  const withinUs = takenWithinUs + stalledUs(history);
  const spans = faultSpans(history, program);
  const { given, taken } = giftsOf(history);
  let judged = 0;
  for (const g of given) {
    const untilUs = g.atUs + withinUs;
    if (untilUs > history.endUs || !wasQuiet(spans, g.atUs, untilUs)) continue;
    judged += 1;
    const isTaken = taken
      .get(`${g.from} ${g.to}`)
      ?.some((t) => t.number >= g.number && t.atUs >= g.atUs && t.atUs <= untilUs);
    if (isTaken === true) continue;
    const sentences = [
      `${nameNode(program, g.from)} gave ${nameNode(program, g.to)} ${g.tokens} tokens ${when(g.atUs)}.`,
      'They were not taken, and nothing was wrong.',
    ];
    const explanation = { atUs: untilUs, sentences, ops: [] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (judged === 0)
    return { kind: 'unknown', invariant: id, reason: 'nothing was given while nothing was wrong' };
  return { kind: 'holds', invariant: id, basis: `${judged} gifts` };
}

function giftsOf({ events }: History): { given: Gift[]; taken: Map<string, Gift[]> } {
  const given: Gift[] = [];
  const taken = new Map<string, Gift[]>();
  for (const e of events) {
    if (e.type !== 'observe' || e.value.kind !== 'gift') continue;
    const { change, peer, number, tokens } = e.value;
    if (change === 'given') given.push({ from: e.node, to: peer, number, tokens, atUs: e.timeUs });
    else {
      const pair = `${peer} ${e.node}`;
      const of = taken.get(pair) ?? [];
      taken.set(pair, of);
      of.push({ from: peer, to: e.node, number, tokens, atUs: e.timeUs });
    }
  }
  return { given, taken };
}
