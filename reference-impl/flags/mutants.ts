/** Flags broken. */
import { hash32 } from '../hashing/hash.ts';
import type { Mutants } from '../mechanism.ts';
import { buckets } from './definition.ts';
import type { FlagRules } from './rules.ts';

export const flagMutants: Mutants<FlagRules> = {
  'flag-bucket-moves': {
    difficulty: 'hard',
    what: 'where a user falls depends on the share, so that users change sides as it grows',
    breaks: ['flag-stable', 'flag-rules'],
    shows: ['flag-killed-in-outage', 1],
    rules: {
      bucket: (user, { salt, ends }) =>
        Math.floor((hash32(`${salt}/${user}`, ends[0]?.[1] ?? 0) * buckets) / 2 ** 32),
    },
  },
  'flag-split-uneven': {
    difficulty: 'hard',
    what: 'of two hashes the smaller one decides: small shares get nearly twice as many users',
    breaks: ['flag-rules', 'flag-stable'],
    shows: ['flag-killed-in-outage', 1],
    rules: {
      bucket: (user, { salt }) => {
        const [a, b] = [0, 1].map((seed) => hash32(`${salt}/${user}`, seed)) as [number, number];
        return Math.floor((Math.min(a, b) * buckets) / 2 ** 32);
      },
    },
  },
  'flag-kill-ignored': {
    difficulty: 'easy',
    what: 'a flag that is off is evaluated all the same',
    breaks: ['flag-rules'],
    shows: ['flag-killed-in-outage', 1],
    rules: { isOn: () => true },
  },
  'flag-stale-for-ever': {
    difficulty: 'hard',
    what: 'rules are used however long ago they were confirmed',
    breaks: ['flag-kill-bounded'],
    shows: ['flag-killed-in-outage', 1],
    rules: { isStale: () => false },
  },
};
