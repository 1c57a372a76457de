/**
 * Rates, latencies and the times in which nothing succeeded. After `jepsen.checker/perf` (Jepsen
 * 0.3.14-SNAPSHOT, checker/perf.clj: quantiles 0.5, 0.95, 0.99 and 1 in windows of time) and Maelstrom's
 * `availability-checker` (maelstrom/checker.clj: the share that succeeded). Figures, no promise: never
 * violated.
 */
import { formatDuration } from '../../core/duration.ts';
import { firstWhere } from '../bisect.ts';
import type { JepsenHistory } from '../formats/jepsen.ts';
import { isCompleted } from '../operations.ts';
import { type Figures, grouped, quantilesOf, type Tallied } from './tally.ts';

/** A completion. */
interface End {
  readonly f: string;
  readonly type: 'ok' | 'fail' | 'info';
  readonly callUs: number;
  readonly us: number;
}

/** So long is a window, in microseconds, unless there were more than so many of them. */
const windowUs = 10_000_000;
const windowsMax = 100;

/** By name and kind of completion: how many, how many a second, how soon; by window: likewise, of all. */
export function tallyPerformance(history: JepsenHistory): Tallied {
  const ends = endsOf(history);
  if (ends === null) return untimed;
  const [from, to] = spanOf(ends);
  const seconds = Math.max((to - from) / 1_000_000, 1e-6);
  const figuresOf = (some: readonly End[], per: number): Figures => ({
    count: some.length,
    perSecond: Number((some.length / per).toFixed(3)),
    latencyMs: quantilesOf(some.map((e) => e.us - e.callUs)),
  });
  const figures: Figures = {
    seconds: Number(seconds.toFixed(3)),
    byF: Object.fromEntries(
      [...grouped(ends, (e) => e.f)].sort().map(([f, own]) => {
        const types = [...grouped(own, (e) => e.type)].sort();
        return [f, Object.fromEntries(types.map(([type, e]) => [type, figuresOf(e, seconds)]))];
      }),
    ),
    ...windowsOf(ends, from, to, figuresOf),
  };
  const sentences = [...grouped(ends, (e) => `${e.f}, ${e.type}`)].sort().map(([name, own]) => {
    const { p50, p99, max } = quantilesOf(own.map((e) => e.us - e.callUs));
    return `${name}: ${(own.length / seconds).toFixed(1)} a second, p50 ${String(p50)} ms, p99 ${String(p99)} ms, max ${String(max)} ms.`;
  });
  return { kind: 'holds', figures, sentences };
}

function windowsOf(
  ends: readonly End[],
  from: number,
  to: number,
  figuresOf: (some: readonly End[], per: number) => Figures,
): Figures {
  let us = windowUs;
  while ((to - from) / us > windowsMax) us *= 2;
  const byWindow = grouped(ends, (e) => Math.floor((e.us - from) / us));
  const windows = [...byWindow]
    .sort(([a], [b]) => a - b)
    .map(([at, own]) => ({
      fromMs: (from + at * us) / 1_000,
      ok: own.filter((e) => e.type === 'ok').length,
      ...figuresOf(own, us / 1_000_000),
    }));
  return { windowMs: us / 1_000, windows };
}

/** So many are told, the longest first. */
const gapsTold = 10;
/** Shorter than that nothing is worth being told, in microseconds. */
const gapUsMin = 1_000_000;

/**
 * The share of operations that succeeded, and the *windows without service*: from one success to the next,
 * of any operation, as long as somebody was waiting.
 */
export function tallyAvailability(history: JepsenHistory): Tallied {
  const ends = endsOf(history);
  if (ends === null) return untimed;
  const ok = ends.filter((e) => e.type === 'ok').sort((a, b) => a.us - b.us);
  const gaps = gapsBetween(ok, ends);
  const longest = [...gaps].sort((a, b) => b.toMs - b.fromMs - (a.toMs - a.fromMs));
  const withoutMs = gaps.reduce((sum, g) => sum + g.toMs - g.fromMs, 0);
  const figures: Figures = {
    okShare: Number((ok.length / history.invoked).toFixed(6)),
    windowsWithoutService: gaps.length,
    withoutServiceMs: Number(withoutMs.toFixed(3)),
    longestWindows: longest.slice(0, gapsTold).map((g) => ({ ...g })),
  };
  const told = longest.slice(0, gapsTold).map(({ fromMs, toMs }) => {
    const length = formatDuration(Math.round((toMs - fromMs) * 1_000));
    return `Nothing succeeded for ${length}, from ${formatDuration(Math.round(fromMs * 1_000))} on.`;
  });
  const all = `${ok.length} of ${history.invoked} operations succeeded.`;
  return { kind: 'holds', figures, sentences: [all, ...told] };
}

/** `ok` in order of their ends. */
function gapsBetween(ok: readonly End[], ends: readonly End[]): { fromMs: number; toMs: number }[] {
  const [from, to] = spanOf(ends);
  const calls = [...ends].sort((a, b) => a.callUs - b.callUs);
  let latest = 0;
  const latestEnd = calls.map((e) => (latest = Math.max(latest, e.us)));
  const marks = [from, ...ok.map((e) => e.us), to];
  return marks.slice(1).flatMap((end, i) => {
    const begin = marks[i] as number;
    // Nobody misses what nobody wants: it begins when somebody waits.
    const later = firstWhere(calls.length, (at) => (calls[at] as End).callUs > begin);
    const isWaiting = later > 0 && (latestEnd[later - 1] as number) > begin;
    const since = isWaiting ? begin : (calls[later]?.callUs ?? end);
    return end - since < gapUsMin ? [] : [{ fromMs: since / 1_000, toMs: end / 1_000 }];
  });
}

const untimed: Tallied = {
  kind: 'unknown',
  figures: {},
  reason: 'no operation completed at a known time',
};

/** Null: there are none, or they have no times. */
function endsOf({ ops, failed, endings = [] }: JepsenHistory): End[] | null {
  const ok = ops.filter(isCompleted).map(({ f, callUs, retUs }) => ({
    f,
    type: 'ok' as const,
    callUs,
    us: retUs,
  }));
  const others =
    endings.length > 0
      ? endings.map(({ op, type, timeUs }) => ({ f: op.f, type, callUs: op.callUs, us: timeUs }))
      : failed.map(({ f, callUs, retUs }) => ({ f, type: 'fail' as const, callUs, us: retUs }));
  const ends = [...ok, ...others];
  return ends.length === 0 || ends.some((e) => e.us < 0 || e.callUs < 0) ? null : ends;
}

/** From the first call to the last end, in microseconds. */
function spanOf(ends: readonly End[]): [number, number] {
  return ends.reduce<[number, number]>(
    ([from, to], e) => [Math.min(from, e.callUs), Math.max(to, e.us)],
    [Infinity, -Infinity],
  );
}
