/** Rates and durations, as plots tell them. */

/** Of fewer in view no rate is told. */
const rateMin = 20;

/** A handful has no rate. */
export function isMany(ok: Float64Array, bad: Float64Array): boolean {
  return sumOf(ok) + sumOf(bad) >= rateMin;
}

export function sumOf(list: Float64Array): number {
  return list.reduce((a, b) => a + b, 0);
}

export function rounded(n: number): string {
  return Number(n.toPrecision(2)).toLocaleString('en-US');
}

export function tookText(us: number): string {
  if (us >= 1_000_000) return `${Number((us / 1e6).toPrecision(2))} s`;
  return us >= 1_000 ? `${Number((us / 1e3).toPrecision(2))} ms` : `${Math.round(us)} µs`;
}
