/**
 * RESILIENCE: who was replaced stops leading, also where the news of it cannot reach it.
 *
 * Safety does not need it: a leader that hears no majority commits nothing. But its clients wait for it in vain,
 * where they could have asked another (check-quorum; Raft dissertation §6.2).
 */
import {
  faultSpans,
  formatDuration,
  nameNode,
  secondsUs,
  stalledUs,
  when,
} from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';

const id = 'steps-down';
const claim =
  'A server that led when another was elected in a later term leads no longer soon after, whether or not it can hear of that.';

export interface StepsDownParameters {
  /** Protocol time, µs: some election time-outs, of which one without a majority is enough. */
  readonly withinUs: number;
}

export function stepsDown(parameters: StepsDownParameters = { withinUs: secondsUs(2) }): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'any faults of links; servers that themselves are sound',
    judge: (history, program) => judge(history, program, parameters),
  };
}

/** From when to when a server said that it leads. */
interface Reign {
  readonly node: NodeId;
  readonly term: number;
  readonly fromUs: number;
  untilUs: number;
  /** By its own word, not by a crash. */
  endedItself: boolean;
}

function judge(history: History, program: Program, { withinUs }: StepsDownParameters): Verdict {
  const boundUs = withinUs + stalledUs(history);
  const reigns = reignsOf(history);
  const troubles = faultSpans(history, program).filter((s) => hitsNodes(s.kind, program));
  let checked = 0;
  for (const old of reigns) {
    const next = reigns.find((r) => r.term > old.term && r.node !== old.node);
    if (next === undefined || next.fromUs < old.fromUs) continue;
    if (next.fromUs >= old.untilUs) {
      if (old.endedItself) checked += 1;
      continue;
    }
    const dueUs = next.fromUs + boundUs;
    // Who stands still cannot step down, and says so late.
    const isSound = !troubles.some(
      (t) => t.nodes.includes(old.node) && t.fromUs <= dueUs && t.toUs + boundUs >= next.fromUs,
    );
    if (!isSound || dueUs > history.endUs) continue;
    checked += 1;
    if (old.untilUs <= dueUs) continue;
    const name = nameNode(program, old.node);
    const sentences = [
      `${name} led in term ${old.term}, since ${formatDuration(old.fromUs)}.`,
      `${nameNode(program, next.node)} was elected in term ${next.term} ${when(next.fromUs)}; ${formatDuration(boundUs)} later ${name} still led.`,
    ];
    const explanation = { atUs: dueUs, sentences, ops: [] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (checked === 0) {
    const reason = 'no leader that was sound was replaced';
    return { kind: 'unknown', invariant: id, reason };
  }
  return { kind: 'holds', invariant: id, basis: `${checked} leaders that were replaced` };
}

/** In order of their terms. */
function reignsOf(history: History): readonly Reign[] {
  const all: Reign[] = [];
  const open = new Map<NodeId, Reign>();
  const end = (node: NodeId, untilUs: number, endedItself: boolean): void => {
    const reign = open.get(node);
    if (reign !== undefined) Object.assign(reign, { untilUs, endedItself });
    open.delete(node);
  };
  for (const e of history.events) {
    if (e.type === 'node') end(e.node, e.timeUs, false);
    if (e.type !== 'observe' || e.value.kind !== 'role') continue;
    end(e.node, e.timeUs, true);
    if (e.value.role !== 'leader') continue;
    const { node, timeUs: fromUs } = e;
    const { term } = e.value;
    const reign: Reign = { node, term, fromUs, untilUs: Infinity, endedItself: false };
    all.push(reign);
    open.set(node, reign);
  }
  return all.toSorted((a, b) => a.term - b.term);
}

function hitsNodes(kind: string, program: Program): boolean {
  return program.faults.some((f) => f.kind === kind && 'nodes' in f);
}
