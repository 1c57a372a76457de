/** Below the picture, on its axis: operations a second, how long they took, and when nobody was served. */
import type { RunView } from '../view.ts';
import { pageColours } from './colours.ts';
import type { Colours } from './colours.ts';
import { element } from './dom.ts';
import { isMany, rounded, sumOf, tookText } from './rates.ts';
import { xOf } from './scale.ts';
import type { Scale } from './scale.ts';
import { strip } from './strip.ts';
import type { PictureState } from './state.ts';

const rateHeight = 40;
const latencyHeight = 64;
const gap = 6;
const height = rateHeight + gap + latencyHeight;
/** Pixels of one bar. */
const barWidth = 4;
/** Of more operations in view percentiles are drawn in place of points. */
const pointsMax = 3_000;
/** Latencies are counted by quarters of a power of ten, from 10 µs on. */
const bins = 28;
const binOf = (us: number): number =>
  Math.max(0, Math.min(bins - 1, Math.floor(4 * (Math.log10(Math.max(us, 1)) - 1))));
const usOfBin = (bin: number): number => 10 ** (1 + (bin + 0.5) / 4);

interface Bars {
  readonly ok: Float64Array;
  readonly bad: Float64Array;
  /** By bar and bin. */
  readonly counts: Uint32Array;
  /** Of all in view. */
  readonly total: Uint32Array;
  readonly inView: number;
}

export interface Plots {
  readonly part: HTMLElement;
  paint(scale: Scale): void;
}

/** Null where there is no time, or nothing ever ended. */
export function plots(state: PictureState): Plots | null {
  const { run } = state;
  if (!run.isTimed || (run.operations.id.length === 0 && run.load === null)) return null;
  const canvas = element('canvas', { class: 'plots', 'aria-hidden': 'true' });
  const words = element('p', { class: 'about' });
  const part = element('div', {}, canvas, words);
  const longestUs = longest(run);
  const took = binsOf(run);
  return {
    part,
    paint(scale) {
      const c = strip(canvas, scale, height);
      if (c === null) return;
      const colours = pageColours();
      const bars = barsOf(state, scale, longestUs, took);
      unserved(c, colours, run, scale);
      const most = rate(c, colours, bars, scale);
      latency(c, colours, state, bars, scale, longestUs);
      words.textContent = wordsOf(run, bars, scale, most);
    },
  };
}

/** By operation, once: a step of the zoom has no time for a hundred thousand logarithms. */
function binsOf({ operations }: RunView): Uint8Array {
  const { fromUs, untilUs } = operations;
  return Uint8Array.from(untilUs, (end, i) => binOf(end - (fromUs[i] as number)));
}

function longest({ operations }: RunView): number {
  let us = 0;
  operations.untilUs.forEach((end, i) => {
    us = Math.max(us, end - (operations.fromUs[i] as number));
  });
  return us;
}

/** Calls `f` with each shown operation that ended in view. */
function eachEnd(
  { operations }: PictureState,
  { fromUs, untilUs }: Scale,
  longestUs: number,
  f: (at: number, endUs: number) => void,
): void {
  const { columns, isShown } = operations;
  for (let at = firstFrom(columns.fromUs, fromUs - longestUs); at < columns.id.length; at++) {
    if ((columns.fromUs[at] as number) > untilUs) return;
    const endUs = columns.untilUs[at] as number;
    if (endUs >= fromUs && endUs <= untilUs && isShown[at] === 1) f(at, endUs);
  }
}

function firstFrom(list: Float64Array, us: number): number {
  let [low, high] = [0, list.length];
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((list[mid] as number) < us) low = mid + 1;
    else high = mid;
  }
  return low;
}

function barsOf(state: PictureState, scale: Scale, longestUs: number, took: Uint8Array): Bars {
  const { columns } = state.operations;
  const n = Math.ceil(scale.width / barWidth) + 1;
  const [ok, bad] = [new Float64Array(n), new Float64Array(n)];
  const counts = new Uint32Array(n * bins);
  const total = new Uint32Array(bins);
  let inView = 0;
  const barAt = (us: number): number =>
    Math.floor((((us - scale.fromUs) / (scale.untilUs - scale.fromUs)) * scale.width) / barWidth);
  eachEnd(state, scale, longestUs, (at, endUs) => {
    const bar = barAt(endUs);
    if (columns.outcome[at] !== 0) {
      bad[bar] = (bad[bar] as number) + 1;
      return;
    }
    ok[bar] = (ok[bar] as number) + 1;
    const bin = took[at] as number;
    counts[bar * bins + bin] = (counts[bar * bins + bin] as number) + 1;
    total[bin] = (total[bin] as number) + 1;
    inView += 1;
  });
  addLoad(state.run, scale, barAt, ok, bad);
  return { ok, bad, counts, total, inView };
}

/** Requests of a window are spread evenly over it. */
function addLoad(
  { load }: RunView,
  scale: Scale,
  barAt: (us: number) => number,
  ok: Float64Array,
  bad: Float64Array,
): void {
  load?.untilUs.forEach((untilUs, i) => {
    const fromUs = untilUs - (load.windowUs[i] as number);
    if (untilUs < scale.fromUs || fromUs > scale.untilUs) return;
    const [first, last] = [barAt(fromUs), Math.max(barAt(fromUs), barAt(untilUs) - 1)];
    const share = 1 / (last - first + 1);
    for (let bar = Math.max(0, first); bar <= last && bar < ok.length; bar++) {
      ok[bar] = (ok[bar] as number) + (load.ok[i] as number) * share;
      bad[bar] = (bad[bar] as number) + (load.bad[i] as number) * share;
    }
  });
}

function unserved(c: CanvasRenderingContext2D, colours: Colours, run: RunView, scale: Scale): void {
  c.fillStyle = colours.bad;
  c.globalAlpha = 0.14;
  for (const { fromUs, untilUs } of run.unserved) {
    const [from, until] = [
      Math.max(scale.left, xOf(scale, fromUs)),
      Math.min(scale.left + scale.width, xOf(scale, untilUs)),
    ];
    if (until > from) c.fillRect(from, 0, Math.max(1, until - from), height);
  }
  c.globalAlpha = 1;
}

/** Gives the most in a second. */
function rate(
  c: CanvasRenderingContext2D,
  colours: Colours,
  { ok, bad }: Bars,
  scale: Scale,
): number {
  const barUs = ((scale.untilUs - scale.fromUs) / scale.width) * barWidth;
  const most = ok.reduce((m, n, i) => Math.max(m, n + (bad[i] as number)), 1);
  ok.forEach((n, i) => {
    const x = scale.left + i * barWidth;
    const failed = bad[i] as number;
    const [tall, low] = [(n / most) * (rateHeight - 4), (failed / most) * (rateHeight - 4)];
    c.fillStyle = colours.ok;
    c.fillRect(x, rateHeight - tall - low, barWidth - 0.5, tall);
    c.fillStyle = colours.info;
    c.fillRect(x, rateHeight - low, barWidth - 0.5, low);
  });
  const perSecond = (most / barUs) * 1e6;
  label(c, colours, 'ops / s', 8);
  if (isMany(ok, bad)) label(c, colours, `≤ ${rounded(perSecond)}`, 22);
  line(c, colours, scale, rateHeight);
  return perSecond;
}

function latency(
  c: CanvasRenderingContext2D,
  colours: Colours,
  state: PictureState,
  bars: Bars,
  scale: Scale,
  longestUs: number,
): void {
  const { load } = state.run;
  const top = rateHeight + gap;
  const slowestUs = Math.max(1_000, longestUs, ...(load?.p99Us ?? []));
  const [low, high] = [2, Math.log10(slowestUs * 1.2)];
  const yOf = (us: number): number =>
    top +
    latencyHeight -
    Math.max(0, Math.min(1, (Math.log10(Math.max(us, 1)) - low) / (high - low))) * latencyHeight;
  for (let power = 3; power <= high; power++) {
    line(c, colours, scale, yOf(10 ** power));
    label(c, colours, tookText(10 ** power), yOf(10 ** power));
  }
  if (bars.inView <= pointsMax) {
    const { columns } = state.operations;
    eachEnd(state, scale, longestUs, (at, endUs) => {
      c.fillStyle = columns.outcome[at] === 0 ? colours.ok : colours.info;
      c.fillRect(xOf(scale, endUs) - 1, yOf(endUs - (columns.fromUs[at] as number)) - 1, 2.5, 2.5);
    });
  } else {
    bars.ok.forEach((_, bar) => {
      const own = bars.counts.subarray(bar * bins, (bar + 1) * bins);
      const [p50, p99] = [percentile(own, 0.5), percentile(own, 0.99)];
      if (p50 !== null && p99 !== null)
        span(c, colours, scale.left + bar * barWidth, yOf(p50), yOf(p99));
    });
  }
  load?.untilUs.forEach((us, i) => {
    const [p50, p99] = [load.p50Us[i] as number, load.p99Us[i] as number];
    if (p50 >= 0 && us >= scale.fromUs && us <= scale.untilUs)
      span(c, colours, xOf(scale, us), yOf(p50), yOf(p99));
  });
}

/** From the median to the 99th percentile, the median as a dot. */
function span(
  c: CanvasRenderingContext2D,
  colours: Colours,
  x: number,
  y50: number,
  y99: number,
): void {
  c.fillStyle = colours.up;
  c.fillRect(x, y99, barWidth - 1, Math.max(1, y50 - y99));
  c.fillStyle = colours.ok;
  c.fillRect(x, y50 - 1, barWidth - 1, 2.5);
}

/** By the middle of its bin; null: there is none. */
function percentile(counts: Uint32Array, share: number): number | null {
  const all = counts.reduce((a, b) => a + b, 0);
  if (all === 0) return null;
  let left = Math.ceil(all * share);
  const bin = counts.findIndex((n) => (left -= n) <= 0);
  return usOfBin(bin);
}

function wordsOf(
  run: RunView,
  { ok, bad, total, inView }: Bars,
  scale: Scale,
  perSecond: number,
): string {
  const [p50, p99] = [percentile(total, 0.5), percentile(total, 0.99)];
  const took =
    p50 === null || p99 === null
      ? ''
      : `; of ${inView.toLocaleString('en-US')} that were ok half took about ${tookText(p50)}, 99 % at most about ${tookText(p99)}`;
  const gaps = run.unserved.filter((g) => g.untilUs > scale.fromUs && g.fromUs < scale.untilUs);
  const seconds = gaps.reduce((n, g) => n + g.untilUs - g.fromUs, 0) / 1e6;
  const served =
    gaps.length === 0
      ? ''
      : `; for ${seconds.toFixed(1)} s (red) somebody asked and nobody was served`;
  const all = sumOf(ok) + sumOf(bad);
  const rate = isMany(ok, bad)
    ? `at most ${rounded(perSecond)} operations a second`
    : `${all === 0 ? 'no operation' : all === 1 ? '1 operation' : `${Math.round(all)} operations`} ended`;
  return `In view: ${rate}${took}${served}.`;
}

function label(c: CanvasRenderingContext2D, colours: Colours, text: string, y: number): void {
  c.fillStyle = colours.quiet;
  c.textAlign = 'left';
  c.fillText(text, 4, y);
}

function line(c: CanvasRenderingContext2D, colours: Colours, scale: Scale, y: number): void {
  c.fillStyle = colours.line;
  c.fillRect(scale.left, Math.round(y), scale.width, 1);
}
