/** RESILIENCE: who is told to lead does lead, at once (Raft dissertation §3.10). */
import {
  faultSpans,
  formatDuration,
  nameNode,
  secondsUs,
  stalledUs,
  wasQuiet,
} from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import type {} from '../../consensus/observations.ts';

const id = 'hand-over-heeded';
const claim =
  'While nothing is wrong, the server that a leader tells to stand in its place is elected, soon and before any other.';

export interface HandOverParameters {
  /** Protocol time, µs: the word, the votes, and the news of them. */
  readonly withinUs: number;
}

export function handOverHeeded(
  parameters: HandOverParameters = { withinUs: secondsUs(1) },
): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel:
      'any faults that are over by then: whoever is behind after them is not told to lead',
    judge: (history, program) => judge(history, program, parameters),
  };
}

interface Said {
  readonly timeUs: number;
  readonly node: NodeId;
}

interface Told extends Said {
  readonly to: NodeId;
}

function judge(history: History, program: Program, p: HandOverParameters): Verdict {
  const withinUs = p.withinUs + stalledUs(history);
  const spans = faultSpans(history, program);
  const { elections, told } = saidIn(history);
  let checked = 0;
  for (const word of told) {
    const untilUs = word.timeUs + withinUs;
    if (!wasQuiet(spans, word.timeUs, untilUs) || untilUs > history.endUs) continue;
    checked += 1;
    const next = elections.find((e) => e.timeUs >= word.timeUs && e.timeUs <= untilUs);
    if (next?.node === word.to) continue;
    const sentences = [
      `${nameNode(program, word.node)} told ${nameNode(program, word.to)} to lead in its place at ${formatDuration(word.timeUs)}; nothing was wrong.`,
      next === undefined
        ? `For ${formatDuration(withinUs)} nobody was elected.`
        : `${nameNode(program, next.node)} was elected, at ${formatDuration(next.timeUs)}.`,
    ];
    const explanation = { atUs: next?.timeUs ?? untilUs, sentences, ops: [] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (checked === 0) {
    return { kind: 'unknown', invariant: id, reason: 'nobody handed over while nothing was wrong' };
  }
  return { kind: 'holds', invariant: id, basis: `${checked} words to take over` };
}

function saidIn(history: History): { elections: readonly Said[]; told: readonly Told[] } {
  const elections: Said[] = [];
  const told: Told[] = [];
  for (const e of history.events) {
    if (e.type !== 'observe') continue;
    const { node, timeUs, value } = e;
    if (value.kind === 'role' && value.role === 'leader') elections.push({ timeUs, node });
    if (value.kind === 'hand-over') told.push({ timeUs, node, to: value.to });
  }
  return { elections, told };
}
