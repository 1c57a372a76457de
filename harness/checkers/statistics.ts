/** Bounds that chance passes at most once in a billion checks. */
import { ln } from '../core/logarithm.ts';

/** ln(2 · 10⁹), rounded up: half of the allowed probability, for the side that is looked at. */
const lnAlarm = 21.42;
/** ln 2, rounded up. */
const ln2 = 0.6932;

/**
 * The greatest number of hits that `trials` independent ones of probability `share` (or less) give,
 * but for a probability of 10⁻⁹ over all of `tests` such questions. Bernstein's inequality,
 * P(X − np ≥ t) ≤ exp(−t² / (2np(1−p) + 2t/3)), holds for every n: no approximation is involved.
 */
export function likelyAtMost(trials: number, share: number, tests: number): number {
  const l = lnAlarm + ln2 * bits(tests);
  const mean = trials * share;
  const t = l / 3 + Math.sqrt((l * l) / 9 + 2 * mean * (1 - share) * l);
  return mean + t;
}

/** The least b with 2^b ≥ n. */
function bits(n: number): number {
  return n <= 1 ? 0 : 32 - Math.clz32(Math.ceil(n) - 1);
}

/**
 * The likelihood-ratio chi-square of counts against the shares that were promised, 2 Σ o · ln(o / e):
 * it grows with every cell that got too much or too little. `shares` sum to 1, none is 0.
 */
export function chiSquare(counts: readonly number[], shares: readonly number[]): number {
  const trials = counts.reduce((sum, n) => sum + n, 0);
  return counts.reduce((sum, n, i) => {
    return n === 0 ? sum : sum + 2 * n * ln(n / (trials * (shares[i] as number)));
  }, 0);
}

/**
 * The greatest `chiSquare` over `cells` cells that independent draws with these shares give, but for a
 * probability of 10⁻⁹ over all of `tests` such questions. With x half of it and d = cells − 1,
 * P(X ≥ x) ≤ exp(−x) (e·x/d)^d for x > d, whatever the number of draws (Agrawal, "Finite-sample
 * concentration of the multinomial in relative entropy", 2020, theorem I.2): the table of the
 * chi-square distribution would be an approximation, and a bad one where few are expected.
 */
export function likelyChiSquare(cells: number, tests: number): number {
  const d = Math.max(1, cells - 1);
  const l = lnAlarm + ln2 * bits(tests);
  const excess = (x: number): number => x - d * (1 + ln(x / d)) - l;
  let [low, high] = [d, 2 * d];
  while (excess(high) < 0) high *= 2;
  while (high - low > 1e-6 * high) {
    const mid = (low + high) / 2;
    if (excess(mid) < 0) low = mid;
    else high = mid;
  }
  return 2 * high;
}
