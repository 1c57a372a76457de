/** Between time and pixels, and the marks of the axis. */
import type { Window } from './data.ts';

export interface Scale extends Window {
  /** Pixels from the left at which the window begins, and how many it has. */
  readonly left: number;
  readonly width: number;
}

export function xOf(s: Scale, us: number): number {
  return s.left + ((us - s.fromUs) / (s.untilUs - s.fromUs)) * s.width;
}

export function usOf(s: Scale, x: number): number {
  return s.fromUs + ((x - s.left) / s.width) * (s.untilUs - s.fromUs);
}

/** Round moments, about one in a hundred pixels. */
export function ticks(s: Scale): number[] {
  const rough = ((s.untilUs - s.fromUs) / s.width) * 100;
  const power = 10 ** Math.floor(Math.log10(Math.max(1, rough)));
  const step = [1, 2, 5, 10].map((f) => f * power).find((v) => v >= rough) ?? power * 10;
  const out: number[] = [];
  for (let t = Math.ceil(s.fromUs / step) * step; t <= s.untilUs; t += step) out.push(t);
  return out;
}

/** The moment as a label of the axis: as many digits as the step between two of them needs. */
export function tickText(us: number, spanUs: number, isTimed: boolean): string {
  if (!isTimed) return eventText(us);
  const digits = spanUs > 20_000_000 ? 0 : spanUs > 2_000_000 ? 1 : spanUs > 20_000 ? 3 : 6;
  return `${(us / 1_000_000).toFixed(digits)} s`;
}

/** Where events have no times, they are a thousand units apart. */
function eventText(us: number): string {
  return `event ${Math.round(us / 1_000) + 1}`;
}

/** `2.849 s`, as steps are told; or the number of the event. */
export function clock(us: number, isTimed = true): string {
  if (!isTimed) return eventText(us);
  return `${(us / 1_000_000).toFixed(3)} s`;
}

/** The part of `whole` around `aroundUs` that is `factor` times as long as `now`, which keeps its place. */
export function zoomed(now: Window, whole: Window, aroundUs: number, factor: number): Window {
  const share = (aroundUs - now.fromUs) / (now.untilUs - now.fromUs);
  const length = (now.untilUs - now.fromUs) * factor;
  return within(
    { fromUs: aroundUs - share * length, untilUs: aroundUs + (1 - share) * length },
    whole,
  );
}

/** Not shorter than 20 µs, not outside of `whole`. */
export function within({ fromUs, untilUs }: Window, whole: Window): Window {
  const most = whole.untilUs - whole.fromUs;
  const length = Math.min(most, Math.max(20, untilUs - fromUs));
  const middle = (fromUs + untilUs) / 2;
  const from = Math.min(Math.max(whole.fromUs, middle - length / 2), whole.untilUs - length);
  return { fromUs: from, untilUs: from + length };
}
