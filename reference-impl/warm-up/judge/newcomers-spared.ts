/** EFFICIENCY: who has just come is sent no more than what it can do while it is cold (W2). */
import { formatDuration, nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { findsOf, slackUs } from './callers.ts';
import type { CallerOf, Newcomer, Ramp } from './callers.ts';

const id = 'newcomers-spared';
const claim =
  'Until an instance is warm, a caller that has just found it sends it no more calls than the share that grows from a tenth of an even one.';
/** Calls above what was earned. */
const slackCalls = 2;

export function newcomersSpared(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'any faults, for callers that spare newcomers and place no calls by keys',
    judge,
  };
}

function judge(history: History, program: Program): Verdict {
  const found = findsOf(history, program);
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  if (found === null) return unknown('callers spare nobody');
  const { ramp, finds } = found;
  for (const { caller, newcomer: n } of finds) {
    const over = tooMany(caller, n, ramp);
    if (over === null) continue;
    const name = nameNode(program, n.instance);
    const sentences = [
      `${nameNode(program, caller.node)} listed ${name} ${when(n.sinceUs)}, for the first time.`,
      `In the ${formatDuration(over.atUs - n.sinceUs)} after that it sent it ${over.sent} calls; of its calls of ${caller.service} the share of a newcomer was ${Math.ceil(over.earned)}.`,
    ];
    const explanation = { atUs: over.atUs, sentences, ops: [] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (finds.length === 0) return unknown('nobody came');
  const basis = `${finds.length} times that a caller found an instance`;
  return { kind: 'holds', invariant: id, basis };
}

function tooMany(
  { spans, calls }: CallerOf,
  { instance, sinceUs, untilUs }: Newcomer,
  { warmUpUs, firstPermille }: Ramp,
): { atUs: number; sent: number; earned: number } | null {
  let earned = 0;
  let sent = 0;
  let at = 0;
  // What was sent in one breath is not told in order.
  const endUs = Math.min(untilUs, sinceUs + warmUpUs) - slackUs;
  for (const c of calls) {
    if (c.sentUs < sinceUs - slackUs) continue;
    if (c.sentUs >= endUs) return null;
    while (at + 1 < spans.length && (spans[at + 1]?.fromUs ?? 0) <= c.sentUs + slackUs) at += 1;
    const size = spans[at]?.list.length ?? 1;
    const ageUs = Math.max(0, c.sentUs + slackUs - sinceUs);
    const share = Math.min(1_000, Math.max(firstPermille, (ageUs * 1_000) / warmUpUs));
    earned += (c.count * share) / 1_000 / size;
    if (c.instance !== instance) continue;
    sent += c.count;
    if (sent > earned + slackCalls * c.count) return { atUs: c.sentUs, sent, earned };
  }
  return null;
}
