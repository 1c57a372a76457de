/** RESILIENCE: no more calls of one dependency are out at a time than its pool has (R3). */
import { nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, Json, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import type {} from '../../service-client/observations.ts';

const id = 'bulkhead-bounded';
const claim = 'No caller has more calls of one service out at a time than its pool for it has.';
/** Of Hystrix; a run's own (`extra.bulkhead`) goes before it. */
const usualMax = 10;

export function bulkheadBounded(): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: "any faults, by the caller's own clock",
    judge,
  };
}

/** By the caller's own clock. */
interface Call {
  readonly sentUs: number;
  readonly endedUs: number;
}

function judge(history: History, program: Program): Verdict {
  const max = callsMaxOf(program);
  let judged = 0;
  let most = 0;
  for (const { node, service, calls } of pairsIn(history)) {
    const ends: number[] = [];
    for (const { sentUs, endedUs } of calls.sort((a, b) => a.sentUs - b.sentUs)) {
      // One that ended at this very moment made room for it.
      const out = ends.filter((endUs) => endUs > sentUs);
      ends.splice(0, ends.length, ...out, endedUs);
      judged += 1;
      most = Math.max(most, ends.length);
      if (ends.length <= max) continue;
      const sentences = [
        `${nameNode(program, node)} had ${ends.length} calls of ${service} out ${when(sentUs)}, by its own clock.`,
        `Its pool has ${max}.`,
      ];
      const explanation = { atUs: sentUs, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (judged === 0) return { kind: 'unknown', invariant: id, reason: 'no node called a service' };
  return { kind: 'holds', invariant: id, basis: `${judged} calls, at most ${most} at a time` };
}

/** Of each process: a crash forgets what is out. Clients keep no pools in common with anybody. */
function pairsIn(history: History): { node: NodeId; service: string; calls: Call[] }[] {
  const boots = new Map<NodeId, number>();
  const pairs = new Map<string, { node: NodeId; service: string; calls: Call[] }>();
  for (const e of history.events) {
    if (e.type === 'node' && e.change === 'started') {
      boots.set(e.node, (boots.get(e.node) ?? 0) + 1);
    }
    if (e.type !== 'observe' || e.value.kind !== 'routed' || e.value.instance === null) continue;
    const { service, sentUs, tookUs } = e.value;
    const key = `${e.node} ${boots.get(e.node) ?? 0} ${service}`;
    let pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, (pair = { node: e.node, service, calls: [] }));
    pair.calls.push({ sentUs, endedUs: sentUs + tookUs });
  }
  return [...pairs.values()];
}

function callsMaxOf({ settings }: Program): number {
  const asked: Json | undefined = settings.extra['bulkhead'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return usualMax;
  const { callsMax } = asked as Readonly<Record<string, Json>>;
  return typeof callsMax === 'number' ? callsMax : usualMax;
}
