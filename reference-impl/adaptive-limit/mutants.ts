/** Limits that find the wrong thing. */
import type { Mutants } from '../mechanism.ts';
import { adaptiveRules } from './rules.ts';
import type { AdaptiveRules } from './rules.ts';

export const adaptiveMutants: Mutants<AdaptiveRules> = {
  'limit-never-falls': {
    difficulty: 'easy',
    what: 'a limit on calls goes up while calls are answered, and never down',
    breaks: ['limit-near-little'],
    shows: ['unknown-capacity', 1],
    rules: {
      next: (w, c) =>
        Math.max(w.limit, adaptiveRules.next({ ...w, tookUs: w.quietUs, recentUs: w.quietUs }, c)),
    },
  },
  // The quiet time is taken from a full house: the queue counts as work.
  'quiet-time-with-queue': {
    difficulty: 'hard',
    what: 'what a call takes with a queue before it counts as what it takes without one',
    breaks: ['limit-near-little'],
    shows: ['unknown-capacity', 1],
    rules: { next: (w, c) => adaptiveRules.next({ ...w, quietUs: w.tookUs }, c) },
  },
  'limit-halved-at-once': {
    difficulty: 'hard',
    what: 'a limit is halved as soon as calls take a tenth longer',
    breaks: ['limit-near-little'],
    shows: ['unknown-capacity', 2],
    rules: {
      next: (w, c) => (w.tookUs * 10 > w.quietUs * 11 ? w.limit / 2 : adaptiveRules.next(w, c)),
    },
  },
};
