/** DISCOVERY: peers that have been left in peace hold the same instances (D6). */
import {
  doesAny,
  faultSpans,
  formatDuration,
  lastHealUs,
  nameNode,
} from '../../../harness/spec.ts';
import type { Explanation, History, Invariant } from '../../../harness/spec.ts';
import type { Program } from '../../../harness/spec.ts';
import { Peers } from './held.ts';

const id = 'peers-agree';
const claim = 'Peers that could hear each other and all instances for long enough hold the same.';

export function peersAgree(): Invariant {
  return {
    id,
    area: 'DISCOVERY',
    claim,
    faultModel:
      'any faults but crashes of instances end so long before: a lease, a window and five turns',
    judge(history, program) {
      const end = judged(history, program);
      if (typeof end === 'string') return { kind: 'holds', invariant: id, basis: end };
      if ('undecided' in end) return { kind: 'unknown', invariant: id, reason: end.undecided };
      return { kind: 'violated', invariant: id, claim, explanation: end };
    },
  };
}

/** As it is when the program ends: what is still broken then is mended only after that. */
function judged(
  history: History,
  program: Program,
): string | { readonly undecided: string } | Explanation {
  const finalUs = history.readyUs + program.durationUs;
  const peers = new Peers(program);
  // The last start of a process, or its end.
  let movedUs = 0;
  for (const e of history.events) {
    if (e.timeUs >= finalUs) break;
    peers.take(e);
    if (e.type === 'node') movedUs = e.timeUs;
  }
  const { leaseUs, windowUs, evictUs } = peers.numbers;
  const quietUs = leaseUs + windowUs + 5 * evictUs;
  // That of a node is told by its process.
  const spans = faultSpans(history, program).filter((s) => !doesAny(s.kind, 'ends-nodes'));
  const isOver = spans.every((s) => s.toUs !== Infinity);
  const sinceUs = isOver ? Math.max(movedUs, lastHealUs(history, spans)) : Infinity;
  if (peers.of.size < 2) return { undecided: 'there were no two peers' };
  if (finalUs - sinceUs < quietUs) {
    return { undecided: `the last ${formatDuration(quietUs)} were not quiet` };
  }
  const [[first, facts] = [0, null], ...others] = [...peers.of];
  const held = [...(facts?.seenUs.keys() ?? [])].sort();
  for (const [node, { seenUs }] of others) {
    const theirs = [...seenUs.keys()].sort();
    if (held.join() === theirs.join()) continue;
    const only = (a: readonly string[], b: readonly string[]): string =>
      a.filter((i) => !b.includes(i)).join(', ') || 'nobody';
    return {
      atUs: finalUs,
      sentences: [
        `At the end ${nameNode(program, first)} alone holds ${only(held, theirs)}, and ${nameNode(program, node)} alone ${only(theirs, held)}.`,
        `Nothing had disturbed them for ${formatDuration(finalUs - sinceUs)}.`,
      ],
      ops: [],
    };
  }
  return `${peers.of.size} peers hold the same ${held.length} instances`;
}
