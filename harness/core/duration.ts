/** Durations: people write `200ms` or `5 min`, parsed once at the edge; inside all is whole µs. */
import { HarnessError } from './errors.ts';

const unitsUs: Readonly<Record<string, number>> = {
  us: 1,
  ms: 1_000,
  s: 1_000_000,
  min: 60_000_000,
  h: 3_600_000_000,
};

/** `200ms`, `1.5 s`, `5 min` → µs. Throws E_USAGE otherwise. */
export function parseDuration(text: string): number {
  const m = /^\s*(\d+(?:\.\d+)?)\s*(us|ms|s|min|h)\s*$/.exec(text);
  const unit = unitsUs[m?.[2] ?? ''];
  if (m === null || unit === undefined) {
    throw new HarnessError(
      'E_USAGE',
      `duration is "${text}", wanted a number and us, ms, s, min or h. Write 200ms or "5 min".`,
    );
  }
  return Math.round(Number(m[1]) * unit);
}

/** µs → the shortest exact-enough text: `250 µs`, `12.3 ms`, `4.75 s`, `6 min 10 s`. */
export function formatDuration(us: number): string {
  if (us < 1_000) return `${us} µs`;
  if (us < 1_000_000) return `${Number((us / 1_000).toFixed(1))} ms`;
  if (us < 120_000_000) return `${Number((us / 1_000_000).toFixed(2))} s`;
  const s = Math.round(us / 1_000_000);
  const rest = s % 60;
  return `${Math.floor(s / 60)} min${rest === 0 ? '' : ` ${rest} s`}`;
}

export function secondsUs(seconds: number): number {
  return Math.round(seconds * 1_000_000);
}

export function minutesUs(minutes: number): number {
  return Math.round(minutes * 60_000_000);
}
