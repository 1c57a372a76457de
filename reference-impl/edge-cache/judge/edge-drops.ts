/**
 * ECONOMY of freshness, the other half of `edge-fresh`: what an edge is told has changed it drops, long before its time to
 * live (C4). Without this an edge that hears no invalidation at all passes for a good one.
 *
 * Over operations and faults alone. An edge is told where no fault was in force around the write: it asks for its watch
 * again every few seconds, and so hears of all that follows.
 */
import { faultSpans, formatDuration, secondsUs, stalledUs, when } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';

const id = 'edge-drops';
const claim =
  'While nothing is wrong between it and its origin, an edge serves nothing that was replaced a second before.';

/** Pushes are gathered for 20 ms, and one travels for some milliseconds. */
const toldWithinUs = secondsUs(1);
/** So long before a write no fault may have been in force: the watch was asked for again since. */
const watchedAgainUs = secondsUs(12);

export function edgeDrops(): Invariant {
  return { id, area: 'CONSISTENCY', claim, faultModel: 'any faults that end', judge };
}

interface Told {
  readonly version: number;
  readonly atUs: number;
}

function judge(history: History, program: Program): Verdict {
  if ((program.settings.extra['edgeCache'] ?? null) === null) return unknown('there is no edge');
  const faults = faultSpans(history, program);
  const boundUs = toldWithinUs + stalledUs(history);
  const isTold = (atUs: number): boolean =>
    faults.every((f) => f.fromUs > atUs + boundUs || f.toUs + watchedAgainUs < atUs);
  const first = new Map<number, number>();
  const writes = new Map<string, Told[]>();
  const begun = new Map<number, number>();
  let judged = 0;
  for (const e of history.events) {
    if (e.type === 'invoke' && e.f === 'fetch') {
      begun.set(e.op, e.timeUs);
      if (!first.has(e.process)) first.set(e.process, e.timeUs);
    }
    if (e.type !== 'ok') continue;
    if (e.f === 'write' && e.version !== undefined && isTold(e.timeUs)) {
      const of = writes.get(e.key) ?? [];
      writes.set(e.key, of);
      of.push({ version: e.version, atUs: e.timeUs });
    }
    if (e.f !== 'fetch') continue;
    const beganUs = begun.get(e.op) ?? 0;
    const watchesUs = (first.get(e.process) ?? 0) + boundUs;
    const newest = writes
      .get(e.key)
      ?.findLast((w) => w.atUs + boundUs < beganUs && w.atUs > watchesUs);
    if (newest === undefined) continue;
    judged += 1;
    if (newest.version <= (e.version ?? 0)) continue;
    const sentences = [
      `Process ${e.process} got version ${e.version ?? 0} of ${e.key} from its edge ${when(e.timeUs)}.`,
      `Version ${newest.version} was acknowledged ${when(newest.atUs)}, and nothing kept the edge from hearing of it within ${formatDuration(boundUs)}.`,
    ];
    const explanation = { atUs: e.timeUs, sentences, ops: [e.op] };
    return { kind: 'violated', invariant: id, claim, explanation };
  }
  if (judged === 0) return unknown('nothing was fetched after a change that the edge was told of');
  return { kind: 'holds', invariant: id, basis: `${judged} fetches after a change` };
}

function unknown(reason: string): Verdict {
  return { kind: 'unknown', invariant: id, reason };
}
