/** When a node takes over what its neighbours hold, and when it lets go of it. */
import type { AdoptionConfig } from './config.ts';

export interface AdoptionRules {
  /** What the word of a neighbour counts whose value was deposited `ageUs` ago; whole. */
  weight(ageUs: number, config: AdoptionConfig): number;
  /** Is a value taken over that has `weight` of `total`? The newest is asked for first. */
  isEnough(weight: number, total: number): boolean;
  /** May a node that holds something take over something else? */
  mayChange(): boolean;
  /** Is a value gone that was deposited `ageUs` ago? */
  isForgotten(ageUs: number, config: AdoptionConfig): boolean;
  /** How old a value is said to be that was deposited `ageUs` ago, µs. */
  toldAgeUs(ageUs: number): number;
}

/** Weights halve in whole numbers: the same sum on every machine. */
const fullWeight = 2 ** 20;

export const adoptionRules: AdoptionRules = {
  weight: (ageUs, { halfLifeUs }) => fullWeight >> Math.min(20, Math.floor(ageUs / halfLifeUs)),
  isEnough: (weight, total) => 2 * weight > total,
  mayChange: () => true,
  isForgotten: (ageUs, { forgetUs }) => ageUs >= forgetUs,
  toldAgeUs: (ageUs) => ageUs,
};
