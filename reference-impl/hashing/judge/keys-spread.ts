/**
 * EFFICIENCY: no instance owns much more than its share of the keys (W1, I4).
 *
 * With v points each, an instance's part of the ring is like a sum of v exponential gaps of n·v: by
 * Chernoff's bound it exceeds (1 + t) times the average with a probability of exp(−v (t − ln(1 + t))) at most. The
 * bound here is the t for which that is 10⁻⁹ over all instances, for v = 100; and what chance adds to that in
 * drawing the keys.
 */
import { likelyAtMost, nameNode } from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import type {} from '../../service-client/observations.ts';

const id = 'keys-spread';
const claim =
  'No instance gets the calls of many more keys than the average one, of those that are there.';
/** Of 100 points each and 2 to 1,000 instances, ×1,000: t − ln(1 + t) = 0.28 at t = 0.9. */
const sharePermilleMax = 1_900;

export function keysSpread(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel:
      'until the first fault; of keys that are hashed well; a false alarm has a probability of 10⁻⁹ a run',
    judge,
  };
}

function judge(history: History, program: Program): Verdict {
  const owners = new Map<string, NodeId>();
  for (const e of history.events) {
    if (e.type === 'fault' || (e.type === 'node' && e.timeUs > history.readyUs)) break;
    if (e.type !== 'observe' || e.value.kind !== 'routed') continue;
    const { affinity, instance } = e.value;
    if (affinity !== undefined && instance !== null) owners.set(affinity, instance);
  }
  const services = new Set([...owners.keys()].map((key) => key.split('/')[0] ?? ''));
  let judged = 0;
  for (const service of services) {
    const counts = new Map<NodeId, number>();
    program.shape.nodes.forEach((n, i) => {
      if (n.service === service) counts.set(i, 0);
    });
    const own = [...owners].filter(([key]) => key.startsWith(`${service}/`));
    for (const [, instance] of own) counts.set(instance, (counts.get(instance) ?? 0) + 1);
    const share = sharePermilleMax / 1_000 / counts.size;
    if (share >= 1) continue;
    judged += own.length;
    const most = likelyAtMost(own.length, share, counts.size * services.size);
    for (const [instance, count] of counts) {
      if (count <= most) continue;
      const sentences = [
        `Of ${own.length} keys of ${service}, ${nameNode(program, instance)} got the calls of ${count}.`,
        `It is one of ${counts.size}: with 100 points each it gets ${Math.floor(most)} at most.`,
      ];
      const explanation = { atUs: history.endUs, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (judged === 0) {
    return {
      kind: 'unknown',
      invariant: id,
      reason: 'no key was asked for before the first fault',
    };
  }
  return { kind: 'holds', invariant: id, basis: `${judged} keys` };
}
