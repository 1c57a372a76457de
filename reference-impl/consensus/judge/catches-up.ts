/**
 * RESILIENCE: a server that was away catches up, by entries or by a snapshot (Raft §5.3, §7).
 *
 * Safety does not suffer when it does not: the next failure finds one copy less than there should be.
 */
import {
  faultSpans,
  formatDuration,
  nameNode,
  nodesWithRole,
  secondsUs,
  stalledUs,
  stillBroken,
  when,
} from '../../../harness/spec.ts';
import type { FaultSpan, History, Invariant, NodeId, Program } from '../../../harness/spec.ts';
import type { Verdict } from '../../../harness/spec.ts';
import { committedConfigurations, firstVoters } from './voters.ts';

export interface CatchUpParameters {
  /** Protocol time, µs, after the last fault: an election that may be due, and the copy of what was missed. */
  readonly withinUs: number;
}

const id = 'catches-up';
const claim =
  'A server that was away has applied all that was applied before it could hear the others again, within the bound.';

export function catchesUp(parameters: CatchUpParameters = { withinUs: secondsUs(5) }): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'any faults that end; a minority of servers may stay broken',
    judge: (history, program) => judge(history, program, parameters),
  };
}

function judge(history: History, program: Program, { withinUs }: CatchUpParameters): Verdict {
  const boundUs = withinUs + stalledUs(history);
  const spans = faultSpans(history, program);
  const broken = stillBroken(spans);
  const servers = nodesWithRole(program.shape, 'server');
  const quiet = quietTimes(history, spans, boundUs);
  if (quiet.length === 0) {
    return unknown(`the run had no ${formatDuration(boundUs)} without a fault`);
  }
  let behind = 0;
  for (const fromUs of quiet) {
    const dueUs = fromUs + boundUs;
    const members = membersDuring(history, program, fromUs, dueUs);
    const well = members.filter((s) => !broken.has(s) && isUp(history, s, dueUs));
    if (well.length * 2 <= members.length) continue;
    const wanted = Math.max(0, ...servers.map((s) => appliedBy(history, s, fromUs).most));
    for (const server of well) {
      if (appliedBy(history, server, fromUs).now >= wanted) continue;
      behind += 1;
      const { now } = appliedBy(history, server, dueUs);
      if (now >= wanted) continue;
      return {
        kind: 'violated',
        invariant: id,
        claim,
        explanation: {
          atUs: dueUs,
          sentences: [
            `When the last fault had ended, ${when(fromUs)}, entry ${wanted} had been applied.`,
            `${formatDuration(boundUs)} later, ${when(dueUs)}, ${nameNode(program, server)} was up, could hear the others, and had got to ${now}.`,
          ],
          ops: [],
        },
      };
    }
  }
  if (behind === 0) return unknown('no server was behind when the faults had ended');
  return { kind: 'holds', invariant: id, basis: `${behind} times a server was behind` };
}

/** When times of at least `leastUs` without a fault begin. What is never healed counts as a broken server. */
function quietTimes(history: History, spans: readonly FaultSpan[], leastUs: number): number[] {
  const ended = spans.filter((s) => s.toUs !== Infinity);
  const begins = [history.readyUs, ...spans.map((s) => (s.toUs === Infinity ? s.fromUs : s.toUs))];
  const isQuiet = (fromUs: number): boolean =>
    fromUs + leastUs <= history.endUs &&
    !ended.some((s) => s.fromUs < fromUs + leastUs && s.toUs > fromUs);
  return [...new Set(begins)].filter(isQuiet).sort((a, b) => a - b);
}

/** Who got the log all the time. */
function membersDuring(
  history: History,
  program: Program,
  fromUs: number,
  untilUs: number,
): readonly NodeId[] {
  const changes = committedConfigurations(history);
  const before = changes.findLast((c) => c.timeUs <= fromUs)?.value;
  const inForce = [
    before === undefined ? firstVoters(program) : [...before.voters, ...before.learners],
    ...changes
      .filter((c) => c.timeUs > fromUs && c.timeUs <= untilUs)
      .map(({ value }) => [...value.voters, ...value.learners]),
  ];
  const servers = nodesWithRole(program.shape, 'server');
  return servers.filter((s) => inForce.every((members) => members.includes(s)));
}

function isUp(history: History, node: NodeId, atUs: number): boolean {
  const last = history.events.findLast(
    (e) => e.type === 'node' && e.node === node && e.timeUs <= atUs,
  );
  return last === undefined || (last.type === 'node' && last.change === 'started');
}

/** How far a server had got by its own word: since its last start, and in all. */
function appliedBy(
  history: History,
  node: NodeId,
  untilUs: number,
): { readonly now: number; readonly most: number } {
  let [now, most] = [0, 0];
  for (const e of history.events) {
    if (e.timeUs > untilUs) break;
    if (e.type === 'node' && e.node === node) now = 0;
    if (e.type !== 'observe' || e.node !== node || e.value.kind !== 'applied') continue;
    now = e.value.index;
    most = Math.max(most, now);
  }
  return { now, most };
}

function unknown(reason: string): Verdict {
  return { kind: 'unknown', invariant: id, reason };
}
