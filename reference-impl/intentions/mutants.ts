/** Instances that let in whom they should not, or keep out whom they should let in. */
import type { Mutants } from '../mechanism.ts';
import type { IntentionRules } from './rules.ts';

export const intentionMutants: Mutants<IntentionRules> = {
  'intention-cached-for-ever': {
    difficulty: 'hard',
    what: 'what was allowed once stays allowed for as long as the store is out of reach',
    breaks: ['permission-kept'],
    shows: ['permission-withdrawn', 1],
    rules: { isUsable: () => true },
  },
  'intention-allow-by-default': {
    difficulty: 'easy',
    what: 'a call that no intention speaks of is let in',
    breaks: ['permission-kept'],
    shows: ['permission-withdrawn', 1],
    rules: { allows: (intention) => intention === null || intention.action === 'allow' },
  },
  'intention-removal-unheard': {
    difficulty: 'easy',
    what: 'an intention that was removed counts on',
    breaks: ['permission-kept'],
    shows: ['permission-withdrawn', 1],
    rules: { replaces: (_, next) => next !== null },
  },
  'intention-denied-once': {
    difficulty: 'easy',
    what: 'what was denied once stays denied',
    breaks: ['denied-for-cause'],
    shows: ['permission-withdrawn', 1],
    rules: { replaces: (held) => held?.action !== 'deny' },
  },
};
