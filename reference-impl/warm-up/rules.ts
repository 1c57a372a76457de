/** What a caller decides about an instance that has just come. */
import type { WarmUpConfig } from './config.ts';

export interface WarmUpRules {
  /** Of an even share, per thousand, when a caller has listed it for so long. */
  sharePermille(ageUs: number, c: WarmUpConfig): number;
  /** Does it get an even share from now on? */
  isWarm(ageUs: number, c: WarmUpConfig): boolean;
}

export const warmUpRules: WarmUpRules = {
  sharePermille: (ageUs, { warmUpUs, firstPermille }) =>
    Math.min(1_000, Math.max(firstPermille, Math.floor((ageUs * 1_000) / warmUpUs))),
  isWarm: (ageUs, { warmUpUs }) => ageUs >= warmUpUs,
};
