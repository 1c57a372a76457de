/** EFFICIENCY: who has come takes its part of the load when it is warm (W2). */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { callersOf, newcomersOf, warmUpIn } from './callers.ts';

const id = 'newcomers-used';
const claim =
  'An instance that a caller has listed for the time of a warm-up gets half of an even share of its calls, or more.';
/** Judged over so many calls that are an even share, at least. */
const callsMin = 40;

export function newcomersUsed(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'faults that are over when it comes, for callers that place no calls by keys',
    judge,
  };
}

function judge(history: History, program: Program): Verdict {
  const ramp = warmUpIn(program);
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  if (ramp === null) return unknown('callers spare nobody');
  let judged = 0;
  for (const caller of callersOf(history)) {
    for (const n of newcomersOf(caller, history.endUs)) {
      const fromUs = n.sinceUs + ramp.warmUpUs;
      let even = 0;
      let all = 0;
      let own = 0;
      let untilUs = fromUs;
      let at = 0;
      for (const c of caller.calls) {
        if (c.sentUs < fromUs || c.sentUs >= n.untilUs) continue;
        const { spans } = caller;
        while (at + 1 < spans.length && (spans[at + 1]?.fromUs ?? 0) <= c.sentUs) at += 1;
        even += c.count / (spans[at]?.list.length ?? 1);
        all += 1 / (spans[at]?.list.length ?? 1);
        if (c.instance === n.instance) own += c.count;
        untilUs = c.sentUs;
      }
      if (all < callsMin) continue;
      judged += 1;
      if (own * 2 >= even) continue;
      const sentences = [
        `${nameNode(program, caller.node)} listed ${nameNode(program, n.instance)} ${when(n.sinceUs)}.`,
        `From ${formatDuration(fromUs)} on, for ${formatDuration(untilUs - fromUs)}, it sent it ${own} calls of ${caller.service}; an even share was ${Math.floor(even)}.`,
      ];
      const explanation = { atUs: untilUs, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (judged === 0) return unknown('nobody came, or nobody was called often enough since');
  return { kind: 'holds', invariant: id, basis: `${judged} instances that were warm` };
}
