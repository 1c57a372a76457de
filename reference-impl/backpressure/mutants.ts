/** Callers that do not listen. */
import type { Mutants } from '../mechanism.ts';
import type { PressureRules } from './rules.ts';

export const pressureMutants: Mutants<PressureRules> = {
  'retry-after-ignored': {
    difficulty: 'easy',
    what: 'who was refused comes again at once',
    breaks: ['retry-after-heeded'],
    shows: ['overload', 1],
    rules: { maySend: () => true },
  },
  // Milliseconds for seconds, and the like: the header is read, and it is read wrongly.
  'retry-after-halved': {
    difficulty: 'hard',
    what: 'who was refused comes again after half of the time',
    breaks: ['retry-after-heeded'],
    shows: ['overload', 1],
    rules: { heldOffUntilUs: (nowUs, retryAfterUs) => nowUs + (retryAfterUs >> 1) },
  },
};
