/** Instances that all come at once. */
import type { Mutants } from '../mechanism.ts';
import { pacingRules } from './rules.ts';
import type { PacingRules } from './rules.ts';

export const pacingMutants: Mutants<PacingRules> = {
  'all-ask-at-once': {
    difficulty: 'easy',
    what: 'an instance asks the registry as soon as it starts, and again as soon as it got no answer',
    breaks: ['available-in-storm', 'found-again'],
    shows: ['restart-storm', 1],
    rules: { startsAfterUs: () => 0, pauseUs: (_tries, usualUs) => usualUs },
  },
  // Back-off without jitter (Brooker 2015): those who meet once meet again.
  'waits-without-jitter': {
    difficulty: 'hard',
    what: 'all instances that start together wait equally long before they ask',
    breaks: ['available-in-storm', 'found-again'],
    shows: ['restart-storm', 1],
    rules: { startsAfterUs: ({ spreadUs }) => spreadUs >> 1 },
  },
  'waits-ten-times': {
    difficulty: 'easy',
    what: 'an instance that starts waits for ten times as long before it asks',
    breaks: ['found-again'],
    shows: ['restart-storm', 1],
    rules: { startsAfterUs: (config, random) => 10 * pacingRules.startsAfterUs(config, random) },
  },
};
