/** Bounds that chance passes at most once in a billion checks. */

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
