/** What a caller that hedges decides. */
import type { HedgingConfig } from './config.ts';

/** A hedge, in thousandths. */
export const hedge = 1_000;

export interface HedgingRules {
  /** After how long a call is hedged, µs; `tookUs`: of the latest calls, ascending. */
  afterUs(tookUs: readonly number[], c: HedgingConfig): number;
  /** May one be sent with so many thousandths in hand? */
  mayHedge(tokens: number): boolean;
  /** Does the second copy go past the instance that has the first? */
  avoidsFirst(): boolean;
}

export const hedgingRules: HedgingRules = {
  afterUs: (tookUs, c) => {
    const at = Math.min(tookUs.length - 1, Math.floor((tookUs.length * c.afterPermille) / 1_000));
    return c.factor * (tookUs[at] ?? 0);
  },
  mayHedge: (tokens) => tokens >= hedge,
  avoidsFirst: () => true,
};
