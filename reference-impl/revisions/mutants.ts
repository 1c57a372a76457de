/** Pasts that are not what was. */
import type { Mutants } from '../mechanism.ts';
import type { PastRules } from '../store/tables/past.ts';

export const pastMutants: Mutants<PastRules> = {
  'past-is-present': {
    difficulty: 'easy',
    what: 'a read at a revision is answered with the present',
    breaks: ['past-as-it-was'],
    shows: ['forgotten-pasts', 1],
    rules: { asOf: (_, present) => present },
  },
  'past-one-late': {
    difficulty: 'hard',
    what: 'a read at a revision sees the change after it',
    breaks: ['past-as-it-was'],
    shows: ['forgotten-pasts', 1],
    rules: { asOf: (at, present) => Math.min(at + 1, present) },
  },
  'forgotten-past-told': {
    difficulty: 'easy',
    what: 'a read at a revision that was forgotten is answered with the oldest that is left',
    breaks: ['past-as-it-was'],
    shows: ['forgotten-pasts', 1],
    rules: { isForgotten: () => false },
  },
  'compaction-takes-one-more': {
    difficulty: 'hard',
    what: 'a compaction forgets the revision that it was to leave as the earliest',
    breaks: ['past-as-it-was'],
    shows: ['forgotten-pasts', 1],
    rules: { forgetsUpTo: (earliest) => earliest },
  },
};
