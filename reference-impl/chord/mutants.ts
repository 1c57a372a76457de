/** Rings that find the wrong owner, or take the long way. */
import type { Mutants } from '../mechanism.ts';
import { placeOf, isWithin } from './ring.ts';
import type { ChordRules } from './rules.ts';

export const chordMutants: Mutants<ChordRules> = {
  'fingers-unused': {
    difficulty: 'easy',
    what: 'each asks the next one, all around the ring',
    breaks: ['lookup-short'],
    shows: ['chord-churn', 1],
    rules: {
      step(place, { self, successors }) {
        const [first] = successors;
        if (first === undefined) return null;
        const isNext = isWithin(place, placeOf(self), placeOf(first));
        return isNext ? { owner: first } : { next: first };
      },
    },
  },
  'newcomers-unseen': {
    difficulty: 'easy',
    what: 'who has come between a node and its next one is never taken in',
    breaks: ['lookup-right'],
    shows: ['chord-churn', 1],
    rules: { isBetween: () => false },
  },
  'dead-kept': {
    difficulty: 'hard',
    what: 'who does not answer stays the next one',
    breaks: ['lookup-right'],
    shows: ['chord-churn', 1],
    rules: { isLost: () => false },
  },
};
