/** Callers that hedge too much, too late, or where it is of no use. */
import type { Mutants } from '../mechanism.ts';
import type { HedgingRules } from './rules.ts';

export const hedgingMutants: Mutants<HedgingRules> = {
  'hedge-without-budget': {
    difficulty: 'easy',
    what: 'every call that takes long is asked for twice, also when all take long',
    breaks: ['hedges-bounded'],
    shows: ['hedged-tail', 1],
    rules: { mayHedge: () => true },
  },
  'hedge-of-the-same': {
    difficulty: 'hard',
    what: 'the second copy of a call may go to the instance that has the first',
    breaks: ['hedges-bounded', 'tail-cut'],
    shows: ['hedged-tail', 1],
    rules: { avoidsFirst: () => false },
  },
  'hedge-too-late': {
    difficulty: 'easy',
    what: 'a call is hedged once it has taken longer than all others',
    breaks: ['tail-cut'],
    shows: ['hedged-tail', 1],
    rules: { afterUs: (tookUs, c) => c.factor * (tookUs.at(-1) ?? 0) },
  },
};
