/** Regional configuration broken. */
import { hashJson } from '../../harness/core/prng.ts';
import type { Mutants } from '../mechanism.ts';
import type { RegionRules } from './rules.ts';

export const regionMutants: Mutants<RegionRules> = {
  'regions-own-kept': {
    difficulty: 'easy',
    what: 'of two values in conflict every copy keeps its own',
    breaks: ['conflicts-alike', 'regions-converge'],
    shows: ['region-cut', 1],
    rules: { isKept: () => false },
  },
  'regions-compare-keys-alone': {
    difficulty: 'hard',
    what: 'copies that have the same keys take each other for the same',
    breaks: ['regions-converge'],
    shows: ['region-cut', 1],
    rules: { hash: (key) => hashJson(key) },
  },
  'regions-no-tombstones': {
    difficulty: 'easy',
    what: 'a copy forgets at its next comparison that a key was deleted',
    breaks: ['deleted-stays-gone', 'regions-converge'],
    shows: ['region-deletes', 1],
    rules: { keepsTombstones: () => false },
  },
  'regions-deletion-not-written': {
    difficulty: 'hard',
    what: 'a deletion is not written to the disk',
    breaks: ['deleted-stays-gone'],
    shows: ['region-deletes', 1],
    rules: { isLogged: ({ isDeleted }) => isDeleted !== true },
  },
  'regions-never-compare-far': {
    difficulty: 'easy',
    what: 'copies are compared inside a region alone',
    breaks: ['regions-converge'],
    shows: ['region-cut', 1],
    rules: { isFar: () => false },
  },
  'regions-majority-is-enough': {
    difficulty: 'hard',
    what: 'a deletion is forgotten once more than half of the others know of it',
    breaks: ['deleted-stays-gone', 'regions-converge'],
    shows: ['region-forgets', 1],
    rules: { isSettled: (heard, others) => heard > others / 2 },
  },
  'regions-late-words-taken': {
    difficulty: 'hard',
    what: 'what was sent before a deletion was forgotten is taken when it comes after that',
    breaks: ['deleted-stays-gone'],
    shows: ['region-forgets', 1],
    rules: { isLate: () => false },
  },
  'regions-remember-deletions': {
    difficulty: 'easy',
    what: 'a deletion is kept, whoever knows of it',
    breaks: ['deletions-forgotten'],
    shows: ['region-forgets', 1],
    rules: { isSettled: () => false },
  },
  'regions-tell-nobody': {
    difficulty: 'easy',
    what: 'a change is told to nobody, and comes by comparisons alone',
    breaks: ['news-near'],
    shows: ['news-in-regions', 1],
    rules: { told: () => 0 },
  },
  'regions-tell-one': {
    difficulty: 'hard',
    what: 'a change is told to one of the region, and by that one to one more',
    breaks: ['news-near'],
    shows: ['news-in-regions', 1],
    rules: { told: () => 1 },
  },
  'regions-ask-once': {
    difficulty: 'hard',
    what: 'whoever deleted a key asks each other node once whether it knows',
    breaks: ['deletions-forgotten'],
    shows: ['region-forgets', 1],
    rules: { isAsked: (before) => !before },
  },
};
