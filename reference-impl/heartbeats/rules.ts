/** What a watcher decides. */
import type { HeartbeatsConfig } from './config.ts';

/** How far apart the last heartbeats of one link came. */
export interface Intervals {
  readonly count: number;
  readonly meanUs: number;
  readonly deviationUs: number;
}

export interface HeartbeatRules {
  /** A silence longer than this is suspicious, µs. */
  limitUs(seen: Intervals, c: HeartbeatsConfig): number;
  /** Of the last `window` intervals, so many count. */
  counted(window: number): number;
  /** A look that comes `sinceUs` after the one before: for so long the watcher itself stood still, µs. */
  heldUpUs(sinceUs: number, checkUs: number): number;
}

/**
 * Quantiles of the normal distribution in thousandths of a deviation: at position phi − 1 the one that is exceeded
 * with probability 10^−phi. A table, since logarithms differ between engines.
 */
const quantiles = [
  1_282, 2_326, 3_090, 3_719, 4_265, 4_753, 5_199, 5_612, 5_998, 6_361, 6_706, 7_034,
];

/** Before there are so many intervals nothing is known of a link but how often its heartbeats are sent. */
const countMin = 10;

export const heartbeatRules: HeartbeatRules = {
  // Hayashibara et al. 2004, §4: phi(t) = −log10 P(interval > t), intervals normal; solved for t.
  limitUs({ count, meanUs, deviationUs }, { everyUs, phi, deviationUsMin, waitUsMax }) {
    const quantile = quantiles[Math.min(phi, quantiles.length) - 1] ?? 0;
    const isKnown = count >= countMin;
    const mean = isKnown ? meanUs : everyUs;
    const deviation = Math.max(deviationUsMin, isKnown ? deviationUs : everyUs / 4);
    return Math.min(waitUsMax, Math.ceil(mean + (quantile * deviation) / 1_000));
  },
  counted: (window) => window,
  // Lifeguard's local health: whoever was late itself cannot tell who else was.
  heldUpUs: (sinceUs, checkUs) => (sinceUs > 2 * checkUs ? sinceUs - checkUs : 0),
};
