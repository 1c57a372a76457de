/**
 * RESILIENCE: who needs nothing that is broken notices nothing (R3): the failure ends at the bulkhead.
 *
 * What a request needs follows from the shape: the service that it asks, the dependencies that it names
 * (`needs`) or all, and theirs. Judged over loads; what faults hit is what they name.
 */
import { formatDuration } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Shape, Verdict } from '../../../harness/spec.ts';

const id = 'bulkhead-isolates';
const claim =
  'Requests that need no service which a fault hit are answered as if there were no fault: as often, and as soon.';
const secondUs = 1_000_000;
/** Of the requests that end in a second, per thousand, that may fail though nothing they need is broken. */
const badPermilleMax = 50;
/** The usual request may take so much longer than in the load's first second, µs: less than anybody waits for. */
const laterUsMax = 150_000;

export function bulkheadIsolates(): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel: 'any faults of single services, or of the links between two of them',
    judge,
  };
}

function judge(history: History, program: Program): Verdict {
  const hit = servicesHit(program);
  if (hit === null) return unknown('a fault hit more than single services');
  if (hit.size === 0) return unknown('no fault hit a service');
  let seconds = 0;
  const faultUs = history.events.find((e) => e.type === 'fault')?.timeUs ?? 0;
  for (const e of history.events) {
    if (e.type !== 'invoke' || e.f !== 'load') continue;
    const needed = neededBy(program.shape, e.key, needsOf(e.value));
    const [broken] = [...needed].filter((s) => hit.has(s));
    if (broken !== undefined) continue;
    const all = endedIn(history, e.op, e.timeUs);
    seconds += all.length;
    const usualUs = median(all[0]?.mediansUs ?? []);
    const bad = all.find(
      (s) =>
        // What fails before it, while a client still finds out whom there is to ask, no fault did.
        s.fromUs + secondUs > faultUs &&
        (s.ended - s.ok > allowed(s.ended) || median(s.mediansUs) > usualUs + laterUsMax),
    );
    if (bad === undefined) continue;
    const [from, until] = [bad.fromUs, bad.fromUs + secondUs].map((us) => formatDuration(us));
    const sentences = [
      `Requests of ${e.key} by process ${e.process} need ${[...needed].join(', ')} alone, and the fault hit ${[...hit].join(', ')}.`,
      `Between ${from} and ${until}, ${bad.ended} of them ended, ${bad.ok} of them well; the usual one took ${formatDuration(median(bad.mediansUs))}, at first ${formatDuration(usualUs)}.`,
    ];
    const explanation = { atUs: bad.fromUs + secondUs, sentences, ops: [e.op] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (seconds === 0) return unknown('all requests need what was broken');
  return { kind: 'holds', invariant: id, basis: `${seconds} s of load that needs nothing broken` };
}

const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });

/** One that fails is no cascade, however few there are. */
function allowed(ended: number): number {
  return Math.max(1, (ended * badPermilleMax) / 1_000);
}

/** Null: a fault hit more than one can tell by services. */
function servicesHit({ shape, faults }: Program): ReadonlySet<string> | null {
  const hit = new Set<string>();
  for (const f of faults) {
    // Of links, whoever is called is broken for whoever calls.
    const target = 'links' in f ? f.links.to : f.nodes;
    const service =
      target.of === 'service'
        ? target.service
        : target.of === 'node'
          ? shape.nodes[target.node]?.service
          : undefined;
    if (service === undefined) return null;
    hit.add(service);
  }
  return hit;
}

function needsOf(value: unknown): string | null {
  const { each } = value as { each?: { value?: { needs?: unknown } | null } };
  const needs = each?.value?.needs;
  return typeof needs === 'string' ? needs : null;
}

/** The service and all that it needs, and what those need. */
function neededBy(shape: Shape, service: string, needs: string | null): ReadonlySet<string> {
  const needed = new Set([service]);
  const calls = (s: string): readonly string[] =>
    shape.nodes.find((n) => n.service === s)?.calls ?? [];
  const open = calls(service).filter((s) => needs === null || s === needs);
  for (let s = open.pop(); s !== undefined; s = open.pop()) {
    if (needed.has(s)) continue;
    needed.add(s);
    open.push(...calls(s));
  }
  return needed;
}

/** One second of a load; `mediansUs`: how long the usual request took in each of its windows. */
interface Second {
  readonly fromUs: number;
  readonly mediansUs: number[];
  ended: number;
  ok: number;
}

/** 0 of none. */
function median(of: readonly number[]): number {
  return [...of].sort((a, b) => a - b)[of.length >> 1] ?? 0;
}

function endedIn(history: History, op: number, beganUs: number): Second[] {
  const seconds: Second[] = [];
  for (const e of history.events) {
    if (e.type !== 'load' || e.op !== op) continue;
    const i = Math.floor((e.timeUs - beganUs - 1) / secondUs);
    const fromUs = beganUs + i * secondUs;
    const s = (seconds[i] ??= { fromUs, mediansUs: [], ended: 0, ok: 0 });
    s.ended += e.ok + e.fail + e.info + e.dropped;
    s.ok += e.ok;
    if (e.latency !== null) s.mediansUs.push(e.latency.p50Us);
  }
  return seconds.filter((s) => s !== undefined);
}
