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
  // Rounded before it is compared: 999,960 µs are a second.
  const ms = Number((us / 1_000).toFixed(1));
  if (ms < 1_000) return `${ms} ms`;
  const short = Number((us / 1_000_000).toFixed(2));
  if (short < 120) return `${short} s`;
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
