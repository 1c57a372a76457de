/** What each caller sent to whom, and since when it has listed them: from what callers say. */
import type { History, Json, NodeId, Program } from '../../../harness/spec.ts';
import { listAfter } from '../../discovery/observations.ts';
import type {} from '../../service-client/observations.ts';

export interface SentCall {
  readonly sentUs: number;
  readonly instance: NodeId;
  readonly count: number;
}

/** A span in which a caller's list of a service was the same. */
export interface ListSpan {
  readonly fromUs: number;
  readonly list: readonly NodeId[];
}

export interface CallerOf {
  readonly node: NodeId;
  readonly service: string;
  readonly spans: ListSpan[];
  /** In the order in which they were sent. */
  readonly calls: SentCall[];
  /** When it first wanted to call: whoever it listed by then is warm to it. */
  firstUs: number;
}

/** Of each caller since its last start, and each service. */
function callersOf(history: History): CallerOf[] {
  const callers = new Map<string, CallerOf>();
  for (const e of history.events) {
    if (e.type === 'node' && e.change === 'started') {
      for (const [key, c] of callers) if (c.node === e.node) callers.delete(key);
    }
    if (e.type !== 'observe') continue;
    const { value, node } = e;
    if (value.kind !== 'discovered' && value.kind !== 'routed') continue;
    const key = `${node} ${value.service}`;
    let c = callers.get(key);
    if (c === undefined)
      callers.set(
        key,
        (c = { node, service: value.service, spans: [], calls: [], firstUs: Infinity }),
      );
    if (value.kind === 'discovered') {
      const list = listAfter(c.spans.at(-1)?.list ?? [], value);
      c.spans.push({ fromUs: e.timeUs, list });
    } else if (value.outcome !== 'no-instance') {
      const { instance, count = 1, tookUs } = value;
      const sentUs = e.timeUs - tookUs;
      c.firstUs = Math.min(c.firstUs, sentUs);
      if (instance !== null) c.calls.push({ sentUs, instance, count });
    }
  }
  const found = [...callers.values()];
  for (const c of found) c.calls.sort((a, b) => a.sentUs - b.sentUs);
  return found;
}

/** Clocks differ, and a list is told a moment before it is used, µs. */
export const slackUs = 20_000;

interface Finds {
  readonly ramp: Ramp;
  /** Each time that a caller found an instance. */
  readonly finds: readonly { readonly caller: CallerOf; readonly newcomer: Newcomer }[];
}

/** Null: callers spare nobody. */
export function findsOf(history: History, program: Program): Finds | null {
  const ramp = warmUpIn(program);
  if (ramp === null) return null;
  const finds = callersOf(history).flatMap((caller) =>
    newcomersOf(caller, history.endUs).map((newcomer) => ({ caller, newcomer })),
  );
  return { ramp, finds };
}

/** Instances that a caller came to list after it had begun to call, with the span in which it listed them. */
function newcomersOf({ spans, firstUs }: CallerOf, endUs: number): Newcomer[] {
  const found: Newcomer[] = [];
  const first = new Set<NodeId>();
  const open = new Map<NodeId, number>();
  for (const { fromUs, list } of spans) {
    if (fromUs <= firstUs + slackUs) {
      for (const i of list) first.add(i);
    }
    for (const [instance, sinceUs] of open) {
      if (list.includes(instance)) continue;
      found.push({ instance, sinceUs, untilUs: fromUs });
      open.delete(instance);
    }
    for (const i of first) if (!list.includes(i)) first.delete(i);
    for (const i of list) if (!first.has(i) && !open.has(i)) open.set(i, fromUs);
  }
  for (const [instance, sinceUs] of open) found.push({ instance, sinceUs, untilUs: endUs });
  return found;
}

export interface Ramp {
  readonly warmUpUs: number;
  readonly firstPermille: number;
}

export interface Newcomer {
  readonly instance: NodeId;
  readonly sinceUs: number;
  readonly untilUs: number;
}

/** The numbers that the story gives its callers; null: they spare nobody. */
function warmUpIn({ settings }: Program): Ramp | null {
  const asked = settings.extra['warmUp'];
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  const { warmUpUs = 5_000_000, firstPermille = 100 } = asked as Readonly<Record<string, Json>>;
  return { warmUpUs: Number(warmUpUs), firstPermille: Number(firstPermille) };
}
