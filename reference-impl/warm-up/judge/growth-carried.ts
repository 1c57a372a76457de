/**
 * EFFICIENCY: a load that grows no faster than instances join and warm up is carried: what is asked of those who are
 * warm, and is four fifths of what they can do or less, is answered in time.
 */
import { formatDuration } from '../../../harness/spec.ts';
import type { History, Invariant, Json, NodeId, Program, Verdict } from '../../../harness/spec.ts';

const id = 'growth-carried';
const claim =
  'While no more is asked than four fifths of what the warm instances can do, 99 % of each second’s calls are answered in time.';
const secondUs = 1_000_000;
/** Until an instance that has started is registered, found by all callers and warm. */
const foundUs = 3_000_000;

export function growthCarried(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'instances that have not been started yet; of services that call no others',
    judge,
  };
}

interface Second {
  readonly fromUs: number;
  asked: number;
  ok: number;
  lost: number;
}

function judge(history: History, program: Program): Verdict {
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  const { settings, shape } = program;
  const admission = numbersOf(settings.extra['admission']);
  if (settings.extra['warmUp'] === undefined || admission === null)
    return unknown('callers spare nobody');
  const perSecond = (admission.workers * secondUs) / admission.serviceUs;
  const services = new Set(
    history.events.flatMap((e) => (e.type === 'invoke' && e.f === 'load' ? [e.key] : [])),
  );
  let judged = 0;
  let most = 0;
  for (const service of services) {
    const instances = shape.nodes.flatMap((n, node) => (n.service === service ? [node] : []));
    const upUs = startsOf(history, instances);
    for (const s of secondsOf(history, service)) {
      const warm = upUs.filter((us) => us + foundUs + admission.coldUs <= s.fromUs).length;
      if (s.asked === 0 || s.asked * 5 > warm * perSecond * 4) continue;
      judged += 1;
      most = Math.max(most, s.asked);
      if (s.lost * 100 <= s.ok + s.lost) continue;
      const sentences = [
        `Between ${formatDuration(s.fromUs)} and ${formatDuration(s.fromUs + secondUs)} ${s.asked} calls of ${service} were sent; ${s.ok} were answered in time, and ${s.lost} were not.`,
        `${warm} instances had had time to be found and to warm up: they can do ${Math.floor(warm * perSecond)}.`,
      ];
      const explanation = { atUs: s.fromUs + secondUs, sentences, ops: [] };
      return { kind: 'violated', invariant: id, claim, explanation };
    }
  }
  if (judged === 0) return unknown('more was asked all the time than those who are warm can do');
  return { kind: 'holds', invariant: id, basis: `${judged} s, of up to ${most} calls` };
}

/** When each began to serve; who stopped for good serves no more. */
function startsOf(history: History, instances: readonly NodeId[]): number[] {
  const up = new Map<NodeId, number>();
  for (const e of history.events) {
    if (e.type !== 'node' || !instances.includes(e.node)) continue;
    if (e.change === 'started') up.set(e.node, e.timeUs);
    else up.delete(e.node);
  }
  return [...up.values()];
}

/** Whole seconds of its loads, the first of them excepted. */
function secondsOf(history: History, service: string): Second[] {
  const seconds = new Map<number, Second>();
  for (const e of history.events) {
    if (e.type !== 'load' || e.key !== service) continue;
    const second = Math.floor((e.timeUs - 1) / secondUs);
    const s = seconds.get(second) ?? { fromUs: second * secondUs, asked: 0, ok: 0, lost: 0 };
    seconds.set(second, s);
    s.asked += e.began + e.dropped;
    s.ok += e.ok;
    s.lost += e.fail + e.info + e.dropped;
  }
  return [...seconds.values()].slice(1);
}

function numbersOf(
  asked: Json | undefined,
): { workers: number; serviceUs: number; coldUs: number } | null {
  if (typeof asked !== 'object' || asked === null || Array.isArray(asked)) return null;
  const { workers, serviceUs, coldUs = 0 } = asked as Readonly<Record<string, Json>>;
  if (typeof workers !== 'number' || typeof serviceUs !== 'number') return null;
  return { workers, serviceUs, coldUs: Number(coldUs) };
}
