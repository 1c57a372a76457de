/** EFFICIENCY: who has come takes its part of the load when it is warm (W2). */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { findsOf } from './callers.ts';
import type { CallerOf, Newcomer } from './callers.ts';

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
  const found = findsOf(history, program);
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  if (found === null) return unknown('callers spare nobody');
  let judged = 0;
  for (const { caller, newcomer: n } of found.finds) {
    const fromUs = n.sinceUs + found.ramp.warmUpUs;
    const { even, all, own, untilUs } = sharesOf(caller, n, fromUs);
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
  if (judged === 0) return unknown('nobody came, or nobody was called often enough since');
  return { kind: 'holds', invariant: id, basis: `${judged} instances that were warm` };
}

/** From then on: calls that were an even share, and that were its own; `all` counts messages. */
function sharesOf(
  { spans, calls }: CallerOf,
  n: Newcomer,
  fromUs: number,
): { even: number; all: number; own: number; untilUs: number } {
  const shares = { even: 0, all: 0, own: 0, untilUs: fromUs };
  let at = 0;
  for (const c of calls) {
    if (c.sentUs < fromUs || c.sentUs >= n.untilUs) continue;
    while (at + 1 < spans.length && (spans[at + 1]?.fromUs ?? 0) <= c.sentUs) at += 1;
    const size = spans[at]?.list.length ?? 1;
    shares.even += c.count / size;
    shares.all += 1 / size;
    if (c.instance === n.instance) shares.own += c.count;
    shares.untilUs = c.sentUs;
  }
  return shares;
}
