/** Newcomers that are flooded, and newcomers that nobody uses. */
import type { Mutants } from '../mechanism.ts';
import type { WarmUpRules } from './rules.ts';

export const warmUpMutants: Mutants<WarmUpRules> = {
  'warm-up-skipped': {
    difficulty: 'easy',
    what: 'whoever has just come gets an even share at once',
    breaks: ['newcomers-spared', 'growth-carried'],
    shows: ['black-friday', 1],
    rules: { sharePermille: () => 1_000, isWarm: () => true },
  },
  // Milliseconds for seconds: the ramp is there, and it is too steep.
  'warm-up-too-steep': {
    difficulty: 'hard',
    what: 'a newcomer has its even share after a third of the time',
    breaks: ['newcomers-spared'],
    shows: ['black-friday', 1],
    rules: {
      sharePermille: (ageUs, { warmUpUs, firstPermille }) =>
        Math.min(1_000, Math.max(firstPermille, Math.floor((ageUs * 3_000) / warmUpUs))),
    },
  },
  'cold-for-ever': {
    difficulty: 'easy',
    what: 'a newcomer stays at the share with which it began',
    breaks: ['newcomers-used', 'growth-carried'],
    shows: ['black-friday', 1],
    rules: { sharePermille: (_ageUs, { firstPermille }) => firstPermille, isWarm: () => false },
  },
};
