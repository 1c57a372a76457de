/** EFFICIENCY: a caller that asks the least loaded sends no call past an instance with fewer of them (W2). */
import { nameNode, when } from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import type { RoutedObservation } from '../../service-client/observations.ts';

const id = 'least-picked';
const claim =
  'A call goes to an instance to which no other that its caller knows has fewer calls of it out.';

export function leastPicked(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'without faults; callers that ask the least loaded',
    judge,
  };
}

/** Callers' clocks run a little otherwise than true time. */
const slackUs = 1_000;

type Sent = RoutedObservation & {
  readonly instance: NodeId;
  /** Was it sent when its caller had the list that it has now? */
  readonly isJudged: boolean;
};

function judge(history: History, program: Program): Verdict {
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  const { faults, settings } = program;
  if (settings.extra['balancer'] !== 'least-request')
    return unknown('callers ask others than the least loaded');
  if (faults.length > 0) return unknown('there are faults');
  let judged = 0;
  for (const { node, service, list, calls } of callersIn(history)) {
    calls.sort((a, b) => a.sentUs - b.sentUs);
    let open: Sent[] = [];
    for (const [n, c] of calls.entries()) {
      const { sentUs } = c;
      if (calls[n - 1]?.sentUs !== sentUs) {
        open = open.filter((o) => o.sentUs + o.tookUs >= sentUs);
        // Of those that began at this moment nobody knows which was first.
        for (let i = n; calls[i]?.sentUs === sentUs; i++) open.push(calls[i] as Sent);
      }
      // What ended or began at this very moment may have done so before or after it.
      const out = (i: NodeId, isAtMost: boolean): number =>
        open.filter((o) => {
          const endUs = o.sentUs + o.tookUs;
          return (
            o !== c &&
            o.instance === i &&
            (isAtMost ? endUs >= sentUs : endUs > sentUs && o.sentUs < sentUs)
          );
        }).length;
      const least = Math.min(...list.map((i) => out(i, true)));
      if (c.isJudged) judged += 1;
      if (c.isJudged && out(c.instance, false) > least) {
        const sentences = [
          `${nameNode(program, node)} had ${out(c.instance, false)} calls of ${service} out to ${nameNode(program, c.instance)} ${when(sentUs)}, by its own clock, and sent it another one.`,
          `Out to ${list.map((i) => `${nameNode(program, i)}: ${out(i, true)}`).join(', ')} at most.`,
        ];
        return {
          kind: 'violated',
          invariant: id,
          claim,
          explanation: { atUs: sentUs, sentences, ops: [] },
        };
      }
    }
  }
  if (judged === 0) return unknown('nobody called a service of several instances');
  return { kind: 'holds', invariant: id, basis: `${judged} calls` };
}

interface Caller {
  readonly node: NodeId;
  readonly service: string;
  /** The last list that it knew, and since when. */
  list: readonly NodeId[];
  sinceUs: number;
  readonly calls: Sent[];
}

function callersIn(history: History): Caller[] {
  const callers = new Map<string, Caller>();
  for (const e of history.events) {
    if (e.type !== 'observe') continue;
    const { value, node } = e;
    if (value.kind !== 'discovered' && value.kind !== 'routed') continue;
    const key = `${node} ${value.service}`;
    let c = callers.get(key);
    if (c === undefined)
      callers.set(key, (c = { node, service: value.service, list: [], sinceUs: 0, calls: [] }));
    if (value.kind === 'discovered') {
      c.list = listAfter(c.list, value);
      c.sinceUs = e.timeUs;
      c.calls.length = 0;
    } else if (value.instance !== null) {
      const { instance } = value;
      const isJudged = c.list.length > 1 && e.timeUs - value.tookUs > c.sinceUs + slackUs;
      c.calls.push({ ...value, instance, isJudged });
    }
  }
  return [...callers.values()];
}
