/**
 * EFFICIENCY: a caller that is asked for more than a service can do has as many calls out as the service works
 * on (R4): by Little's law its rate times what a call takes when nobody waits. More of them only wait, fewer
 * leave it idle.
 *
 * Judged by the calls themselves, whatever the caller says of its limit: what is out on average follows from
 * when each was sent and how long it took, and what the service can do from the program.
 */
import { faultSpans, formatDuration, nameNode } from '../../../harness/spec.ts';
import type { History, Invariant, Json, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import type {} from '../../service-client/observations.ts';

const id = 'limit-near-little';
const claim =
  'Once it has had 10 s to learn, a caller that is asked for more than a service can do has on average as many calls of it out as the service works on, by Little’s law, give or take 10 %.';
const settleUs = 10_000_000;
const offPermille = 100;

export function limitNearLittle(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'without faults; services of bounded workers that call no others, of one caller',
    judge,
  };
}

interface Call {
  readonly sentUs: number;
  readonly endedUs: number;
  readonly isOk: boolean;
}

function judge(history: History, program: Program): Verdict {
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  const { settings } = program;
  if (!isRecord(settings.extra['adaptiveLimit'] ?? settings.extra['bulkhead'])) {
    return unknown('callers have no limit');
  }
  if (faultSpans(history, program).length > 0) return unknown('there was a fault');
  const judged: string[] = [];
  for (const { node, service, calls } of callsIn(history)) {
    const work = workOf(program, service, callersOf(history, service));
    if (work === null || calls.length === 0) continue;
    const fromUs = Math.min(...calls.map((c) => c.sentUs)) + settleUs;
    const untilUs = Math.max(...calls.map((c) => c.sentUs)) - 1_000_000;
    const seen = calls.filter((c) => c.endedUs > fromUs && c.sentUs < untilUs);
    const lengthUs = untilUs - fromUs;
    if (lengthUs < settleUs / 2) continue;
    // What the way there and back takes, at its best.
    const leastUs = Math.min(...calls.filter((c) => c.isOk).map((c) => c.endedUs - c.sentUs));
    const quietUs = work.serviceUs + Math.max(0, leastUs - work.serviceUs / 2);
    const little = (work.workers * quietUs) / work.serviceUs;
    const asked = askedOf(history, service, fromUs, untilUs);
    if (asked * work.serviceUs < lengthUs * work.workers) continue;
    const out = seen.reduce((sum, c) => sum + within(c, fromUs, untilUs), 0) / lengthUs;
    const told = `${out.toFixed(1)} calls of ${service} out on average, Little's value is ${little.toFixed(1)}`;
    if (Math.abs(out - little) * 1_000 <= little * offPermille) {
      judged.push(told);
      continue;
    }
    const sentences = [
      `Between ${formatDuration(fromUs)} and ${formatDuration(untilUs)} ${nameNode(program, node)} had ${told}.`,
      `The service has ${work.workers} workers, and a call takes ${formatDuration(Math.round(quietUs))} when nobody waits.`,
    ];
    return {
      kind: 'violated',
      invariant: id,
      claim,
      explanation: { atUs: untilUs, sentences, ops: [] },
    };
  }
  if (judged.length === 0)
    return unknown('nobody was asked for more than a service can do, for long');
  return { kind: 'holds', invariant: id, basis: judged.join('; ') };
}

/** Of one call, how long it was out between these, µs. */
function within({ sentUs, endedUs }: Call, fromUs: number, untilUs: number): number {
  return Math.max(0, Math.min(endedUs, untilUs) - Math.max(sentUs, fromUs));
}

function callsIn(history: History): { node: NodeId; service: string; calls: Call[] }[] {
  const pairs = new Map<string, { node: NodeId; service: string; calls: Call[] }>();
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'routed' || e.value.instance === null) continue;
    const { service, tookUs, outcome } = e.value;
    const key = `${e.node} ${service}`;
    let pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, (pair = { node: e.node, service, calls: [] }));
    // True time: without faults no clock is far off.
    pair.calls.push({ sentUs: e.timeUs - tookUs, endedUs: e.timeUs, isOk: outcome === 'ok' });
  }
  return [...pairs.values()];
}

function callersOf(history: History, service: string): number {
  const callers = new Set<NodeId>();
  for (const e of history.events) {
    if (e.type === 'observe' && e.value.kind === 'routed' && e.value.service === service) {
      callers.add(e.node);
    }
  }
  return callers.size;
}

/** Calls that somebody wanted of it in this time: sent, or refused because too many were out. */
function askedOf(history: History, service: string, fromUs: number, untilUs: number): number {
  let asked = 0;
  for (const e of history.events) {
    if (e.type !== 'observe' || e.value.kind !== 'routed' || e.value.service !== service) continue;
    if (e.timeUs >= fromUs && e.timeUs < untilUs) asked += e.value.count ?? 1;
  }
  return asked;
}

/** Null: what it can do depends on others, or is not known. */
function workOf(
  { shape, settings }: Program,
  service: string,
  callers: number,
): { readonly workers: number; readonly serviceUs: number } | null {
  const asked: Json | undefined = settings.extra['admission'];
  const instances = shape.nodes.filter((n) => n.service === service);
  if (callers !== 1 || !isRecord(asked)) return null;
  if (instances.some((n) => (n.calls ?? []).length > 0)) return null;
  const { workers, serviceUs } = asked;
  if (typeof workers !== 'number' || typeof serviceUs !== 'number') return null;
  return { workers: workers * instances.length, serviceUs };
}

function isRecord(value: Json | undefined): value is Readonly<Record<string, Json>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
