/** Instances that let go too soon. */
import type { Mutants } from '../mechanism.ts';
import type { LameDuckRules } from './rules.ts';

export const lameDuckMutants: Mutants<LameDuckRules> = {
  'stops-once-it-has-left': {
    difficulty: 'hard',
    what: 'an instance stops as soon as the registry knows that it leaves',
    breaks: ['deploy-unnoticed'],
    shows: ['deploy-under-load', 1],
    rules: { untilUs: (nowUs) => nowUs },
  },
  'lame-duck-refuses': {
    difficulty: 'easy',
    what: 'an instance that is to stop refuses calls of those who do not know yet',
    breaks: ['deploy-unnoticed'],
    shows: ['deploy-under-load', 1],
    rules: { takesCalls: () => false },
  },
};
