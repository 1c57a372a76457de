/**
 * RESILIENCE: what a surge or a fault broke is whole again soon after its cause has gone.
 *
 * A cluster that stays down although nothing is wrong any more is in a metastable failure: something feeds
 * itself, mostly retries of what fails because of retries (Bronson and others, "Metastable failures in
 * distributed systems", HotOS 2021). Judged over loads; what calls and queues say tells the loop.
 */
import { faultSpans, formatDuration, lastHealUs, stillBroken } from '../../../harness/spec.ts';
import type { History, Invariant, Program, Verdict } from '../../../harness/spec.ts';
import { loopIn } from '../../admission/judge/loop.ts';

export interface SurgeBound {
  /** After its cause ended it may take so long, µs. */
  readonly withinUs: number;
  /** Of the requests of a second, per thousand, that end well when all is well. */
  readonly goodPermille: number;
}

const usual: SurgeBound = { withinUs: 10_000_000, goodPermille: 900 };
const secondUs = 1_000_000;
const id = 'recovers-after-surge';
const claim =
  'Within 10 s after a surge or fault ended, requests are answered as they were before it.';

export function recoversAfterSurge(bound: SurgeBound = usual): Invariant {
  return {
    id,
    area: 'RESILIENCE',
    claim,
    faultModel:
      'surges and faults that end; of loads whose rate at the end was served at the beginning',
    judge: (history, program) => judge(history, program, bound),
  };
}

/** One load, as far as its time goes. */
interface Span {
  readonly op: number;
  readonly beganUs: number;
  /** When its rate rose above the usual, and when it was back there; both its beginning: never. */
  readonly roseUs: number;
  readonly fellUs: number;
  readonly endUs: number;
}

function judge(history: History, program: Program, bound: SurgeBound): Verdict {
  const unknown = (reason: string): Verdict => ({ kind: 'unknown', invariant: id, reason });
  const loads = loadsIn(history);
  if (loads.length === 0) return unknown('there was no load');
  const spans = faultSpans(history, program);
  if (stillBroken(spans).size > 0) return unknown('a fault lasted until the end');
  const causes = [
    ...spans.map((s) => ({ fromUs: s.fromUs, toUs: s.toUs })),
    ...loads.filter((l) => l.fellUs > l.beganUs).map((l) => ({ fromUs: l.roseUs, toUs: l.fellUs })),
  ];
  if (causes.length === 0) return unknown('no surge came and no fault');
  const firstUs = Math.min(...causes.map((c) => c.fromUs));
  const calmUs = Math.max(lastHealUs(history, spans), ...causes.map((c) => c.toUs));
  const seconds = secondsOf(history, loads);
  const before = seconds.filter((s) => s.untilUs <= firstUs);
  if (before.length === 0 || before.some((s) => isBad(s, bound))) {
    return unknown('it did not answer before the surge either');
  }
  const after = seconds.filter((s) => s.fromUs >= calmUs + bound.withinUs);
  if (after.length === 0) return unknown('no load came after the surge');
  const bad = after.find((s) => isBad(s, bound));
  if (bad === undefined) {
    return { kind: 'holds', invariant: id, basis: `${after.length} s of load after the surge` };
  }
  const at = `${formatDuration(bad.fromUs)} and ${formatDuration(bad.untilUs)}`;
  const sentences = [
    `The last cause had gone at ${formatDuration(calmUs)}. Between ${at}, ${bad.ended} requests of clients ended, ${bad.ok} of them well.`,
    ...loopIn(history, program, bad),
  ];
  const explanation = { atUs: bad.untilUs, sentences, ops: loads.map((l) => l.op) };
  return { kind: 'violated', invariant: id, claim, explanation };
}

interface Second {
  readonly fromUs: number;
  readonly untilUs: number;
  ended: number;
  ok: number;
}

/** One that fails is no failure of the cluster, however few there are. */
function isBad({ ended, ok }: Second, { goodPermille }: SurgeBound): boolean {
  return ended - ok > Math.max(1, (ended * (1_000 - goodPermille)) / 1_000);
}

/** The whole seconds in which all loads lasted, from when the last of them began. */
function secondsOf(history: History, loads: readonly Span[]): Second[] {
  const fromUs = Math.max(...loads.map((l) => l.beganUs));
  const untilUs = Math.min(...loads.map((l) => l.endUs), history.endUs);
  const length = Math.max(0, Math.floor((untilUs - fromUs) / secondUs));
  const seconds = Array.from({ length }, (_, i): Second => {
    const beganUs = fromUs + i * secondUs;
    return { fromUs: beganUs, untilUs: beganUs + secondUs, ended: 0, ok: 0 };
  });
  for (const e of history.events) {
    if (e.type !== 'load') continue;
    const s = seconds[Math.floor((e.timeUs - fromUs - 1) / secondUs)];
    if (s === undefined) continue;
    s.ended += e.ok + e.fail + e.info + e.dropped;
    s.ok += e.ok;
  }
  return seconds;
}

function loadsIn(history: History): Span[] {
  return history.events.flatMap((e) => {
    if (e.type !== 'invoke' || e.f !== 'load') return [];
    const { rate, forUs } = e.value as unknown as { rate: [number, number][]; forUs: number };
    return [{ op: e.op, beganUs: e.timeUs, endUs: e.timeUs + forUs, ...surgeOf(rate, e.timeUs) }];
  });
}

/** Points above the last rate are the surge; it begins at the point before the first of them. */
function surgeOf(
  rate: readonly (readonly [number, number])[],
  beganUs: number,
): { roseUs: number; fellUs: number } {
  const usualRate = rate.at(-1)?.[1] ?? 0;
  const high = rate.flatMap(([, perSecond], i) => (perSecond > usualRate ? [i] : []));
  const [first = 0, last = -1] = [high[0], high.at(-1)];
  if (last < 0) return { roseUs: beganUs, fellUs: beganUs };
  const atOf = (i: number): number => rate[Math.min(Math.max(0, i), rate.length - 1)]?.[0] ?? 0;
  return { roseUs: beganUs + atOf(first - 1), fellUs: beganUs + atOf(last + 1) };
}
