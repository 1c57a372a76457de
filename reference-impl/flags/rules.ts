/** What flags decide. */
import { hash32 } from '../hashing/hash.ts';
import { buckets } from './definition.ts';
import type { Flag, FlagDefinition } from './definition.ts';

export interface FlagRules {
  isOn(definition: FlagDefinition): boolean;
  /** Where a user falls, 0 … buckets − 1. */
  bucket(user: string, flag: Flag): number;
  /** Are rules too old to be used that were last confirmed `ageUs` ago? */
  isStale(ageUs: number, staleUsMax: number): boolean;
}

export const flagRules: FlagRules = {
  isOn: (d) => d.isOn,
  // By salt and user alone: not by the share, or users would change sides whenever it grows.
  bucket: (user, { salt }) => Math.floor((hash32(`${salt}/${user}`) * buckets) / 2 ** 32),
  isStale: (ageUs, staleUsMax) => ageUs >= staleUsMax,
};
