/** Adoption broken: a majority that is none, and trails that do not fade. */
import type { Mutants } from '../mechanism.ts';
import type { AdoptionRules } from './rules.ts';

export const adoptionMutants: Mutants<AdoptionRules> = {
  'adopts-the-newest': {
    difficulty: 'easy',
    what: 'a node takes over the newest value that any neighbour holds',
    breaks: ['adopted-by-majority'],
    shows: ['values-adopted', 1],
    rules: { isEnough: (weight) => weight > 0 },
  },
  'adopts-by-a-third': {
    difficulty: 'hard',
    what: 'a node takes over what has a third of its neighbours’ weight',
    breaks: ['adopted-by-majority'],
    shows: ['values-adopted', 1],
    rules: { isEnough: (weight, total) => 3 * weight > total },
  },
  'adopts-ageless': {
    difficulty: 'hard',
    what: 'a word counts the same, however long ago its value was deposited',
    breaks: ['deposit-prevails'],
    shows: ['values-adopted', 1],
    rules: { weight: () => 1 },
  },
  'adopts-once': {
    difficulty: 'easy',
    what: 'a node that holds a value takes over no other',
    breaks: ['deposit-prevails'],
    shows: ['values-adopted', 1],
    rules: { mayChange: () => false },
  },
  'trails-renewed-by-words': {
    difficulty: 'hard',
    what: 'a value that is passed on passes for one that was just deposited',
    breaks: ['deposit-prevails', 'withdrawn-evaporates'],
    shows: ['values-adopted', 1],
    rules: { toldAgeUs: () => 0 },
  },
  'trails-never-gone': {
    difficulty: 'easy',
    what: 'a value that nobody deposits is kept for ever',
    breaks: ['withdrawn-evaporates'],
    shows: ['values-adopted', 1],
    rules: { isForgotten: () => false },
  },
};
