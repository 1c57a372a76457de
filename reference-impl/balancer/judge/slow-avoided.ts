/**
 * EFFICIENCY: a caller goes past an instance that is slow for it, or a dead end, whatever others see (W2).
 *
 * Judged by the calls alone, of runs that are held to it (`extra.avoidsSlow`): it needs no knowledge of faults.
 */
import { formatDuration, nameNode } from '../../../harness/spec.ts';
import type { History, Invariant, NodeId, Program, Verdict } from '../../../harness/spec.ts';
import type {} from '../../service-client/observations.ts';

const id = 'slow-avoided';
const claim =
  'Of an instance that took three times as long as the others for 4 s, a caller makes less than half of an average share of its calls in the 4 s after.';
const windowUs = 4_000_000;
/** Three times. */
const slowTimes = 3;
/** Fewer calls of an average instance in a window say nothing. */
const callsMin = 20;

export function slowAvoided(): Invariant {
  return {
    id,
    area: 'EFFICIENCY',
    claim,
    faultModel: 'any faults of single instances or links; callers that learn from answers',
    judge,
  };
}

interface Call {
  readonly sentUs: number;
  readonly instance: NodeId;
  readonly us: number;
}

/** By instance, of one window. */
type Window = ReadonlyMap<NodeId, readonly number[]>;

function judge(history: History, program: Program): Verdict {
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  if (program.settings.extra['avoidsSlow'] !== true) return unknown('callers need not learn');
  let slow = 0;
  for (const { node, service, calls } of callsIn(history, program)) {
    const all = windowsOf(calls);
    for (const [n, now] of all.entries()) {
      const before = all[n - 1];
      if (before === undefined) continue;
      const total = [...now.values()].reduce((sum, of) => sum + of.length, 0);
      for (const [instance, times] of now) {
        if (!isSlow(before, instance) || !isSlow(now, instance)) continue;
        slow += 1;
        const fair = total / now.size;
        if (fair < callsMin || times.length * 2 < fair) continue;
        const fromUs = n * windowUs;
        const sentences = [
          `Between ${formatDuration(fromUs)} and ${formatDuration(fromUs + windowUs)}, ${times.length} of ${total} calls of ${service} by ${nameNode(program, node)} went to ${nameNode(program, instance)}.`,
          `The usual one took ${formatDuration(median(times))} there, and ${formatDuration(median(others(now, instance)))} elsewhere, as in the 4 s before.`,
        ];
        const explanation = { atUs: fromUs + windowUs, sentences, ops: [] };
        return { kind: 'violated', invariant: id, claim, explanation };
      }
    }
  }
  const seen = [...callsIn(history, program)].some(
    ({ calls }) => calls.length > 0 && hasSlow(windowsOf(calls)),
  );
  if (!seen) return unknown('no instance was slow for a caller');
  return { kind: 'holds', invariant: id, basis: `${slow} windows with a slow instance` };
}

/** Was one slow at all, be it only for a call, after which its caller went past it? */
function hasSlow(all: readonly Window[]): boolean {
  return all.some((w) =>
    [...w].some(
      ([i, times]) => Math.max(...times) >= slowTimes * Math.max(1, median(others(w, i))),
    ),
  );
}

function isSlow(w: Window, instance: NodeId): boolean {
  const [own, rest] = [w.get(instance) ?? [], others(w, instance)];
  return own.length > 0 && rest.length > 0 && median(own) >= slowTimes * median(rest);
}

function others(w: Window, instance: NodeId): readonly number[] {
  return [...w].flatMap(([i, times]) => (i === instance ? [] : times));
}

function median(of: readonly number[]): number {
  return [...of].sort((a, b) => a - b)[of.length >> 1] ?? 0;
}

/** By true time from the beginning of the run; of each process, as a start forgets what was learned. */
function callsIn(
  history: History,
  program: Program,
): { node: NodeId; service: string; calls: Call[] }[] {
  const pairs = new Map<string, { node: NodeId; service: string; calls: Call[] }>();
  const boots = new Map<NodeId, number>();
  for (const e of history.events) {
    if (e.type === 'node' && e.change === 'started') {
      boots.set(e.node, (boots.get(e.node) ?? 0) + 1);
    }
    if (e.type !== 'observe' || e.value.kind !== 'routed' || e.value.instance === null) continue;
    const { service, instance, outcome, tookUs } = e.value;
    const key = `${e.node} ${boots.get(e.node) ?? 0} ${service}`;
    let pair = pairs.get(key);
    if (pair === undefined) pairs.set(key, (pair = { node: e.node, service, calls: [] }));
    // What failed is as bad as what took all of the time that there was.
    const us = outcome === 'ok' ? tookUs : Math.max(tookUs, program.settings.deadlineUs);
    pair.calls.push({ sentUs: e.timeUs - tookUs, instance, us });
  }
  return [...pairs.values()];
}

function windowsOf(calls: readonly Call[]): Window[] {
  const all: Map<NodeId, number[]>[] = [];
  for (const { sentUs, instance, us } of calls) {
    const n = Math.floor(sentUs / windowUs);
    while (all.length <= n) all.push(new Map());
    const w = all[n] as Map<NodeId, number[]>;
    const times = w.get(instance);
    if (times === undefined) w.set(instance, [us]);
    else times.push(us);
  }
  return all;
}
