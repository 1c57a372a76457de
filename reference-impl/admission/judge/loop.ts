/** What kept a failure alive in some second, in words: from what callers and queues said of it. */
import type { History, Program } from '../../../harness/spec.ts';
import type {} from '../../retries/observations.ts';
import type {} from '../observations.ts';

export interface Interval {
  readonly fromUs: number;
  readonly untilUs: number;
}

export function loopIn(
  history: History,
  { shape }: Program,
  { fromUs, untilUs }: Interval,
): string[] {
  const clients = { asked: 0 };
  const sent = new Map<string, { asked: number; sent: number }>();
  const queues = new Map<string, { served: number; late: number; lost: number; depth: number }>();
  for (const e of history.events) {
    if (e.type !== 'observe' || e.timeUs <= fromUs || e.timeUs > untilUs) continue;
    const { value } = e;
    if (value.kind === 'attempts') {
      const a = slot(sent, value.service, { asked: 0, sent: 0 });
      a.asked += value.asked;
      a.sent += value.sent;
      if (e.node >= shape.nodes.length) clients.asked += value.asked;
    } else if (value.kind === 'queue') {
      const q = slot(queues, value.service, { served: 0, late: 0, lost: 0, depth: 0 });
      q.served += value.served;
      q.late += value.late;
      q.lost += value.expired + value.refused;
      q.depth = Math.max(q.depth, value.depth);
    }
  }
  const order = [...new Set(shape.nodes.map((n) => n.service ?? ''))];
  const inOrder = <V>(of: Map<string, V>): [string, V][] =>
    [...of].sort(([x], [y]) => order.indexOf(x) - order.indexOf(y));
  const chain = inOrder(sent)
    .map(([service, a]) => `${service} ${number(a.sent)}`)
    .join(', ');
  const all = [...sent.values()].reduce((sum, a) => sum + a.sent, 0);
  const again = [...sent.values()].reduce((sum, a) => sum + Math.max(0, a.sent - a.asked), 0);
  const told = inOrder(queues).filter(([, q]) => q.late + q.lost + q.depth > 0);
  return [
    ...(all === 0
      ? []
      : [
          `In that second clients wanted ${number(clients.asked)} calls; sent were, by service: ${chain}.`,
          `It feeds itself: ${number(again)} of these ${number(all)} calls were repeated ones, which fail because there are so many.`,
        ]),
    ...told.map(
      ([service, q]) =>
        `${service} served ${number(q.served)}, ${number(q.late)} of them for callers that had given up; ${number(q.lost)} it gave up or refused, and ${number(q.depth)} waited.`,
    ),
  ];
}

function slot<V>(map: Map<string, V>, key: string, fresh: V): V {
  const known = map.get(key);
  if (known === undefined) map.set(key, fresh);
  return known ?? fresh;
}

function number(n: number): string {
  return n.toLocaleString('en-GB');
}
