/** What a peer decides. */
import type { EurekaConfig } from './config.ts';

export interface TurnFacts {
  readonly held: number;
  /** Renewals in the last window. */
  readonly renewals: number;
  /** Of those held, how many have not renewed for the time of their lease. */
  readonly expired: number;
}

export interface EurekaRules {
  /** Are so many renewals missing that it must be the network? */
  isPreserving(f: TurnFacts, config: EurekaConfig): boolean;
  /** How many of the expired are evicted in one turn. */
  evictions(f: TurnFacts, config: EurekaConfig): number;
  /** Is what one peer hears told to the others? */
  isTold(change: 'register' | 'renew' | 'cancel'): boolean;
  /** Has an instance registered anew, by the word held, since it said the one that a goodbye takes back? */
  isOvertaken(goodbyeUs: number, heldUs: number): boolean;
  /** Does a peer that starts ask the others for all that they hold? */
  asksForAll(): boolean;
}

export const eurekaRules: EurekaRules = {
  isPreserving({ held, renewals }, { windowUs, renewUs, sharePermille }) {
    return renewals < Math.floor((held * windowUs * sharePermille) / (renewUs * 1_000));
  },
  // Not all at once: if it was the network after all, most are still there.
  evictions: ({ held, expired }, { sharePermille }) =>
    Math.min(expired, held - Math.floor((held * sharePermille) / 1_000)),
  isTold: () => true,
  isOvertaken: (goodbyeUs, heldUs) => heldUs > goodbyeUs,
  // Renewals would tell it of each instance as well, one after the other.
  asksForAll: () => true,
};
