/** Circuits broken. */
import type { Mutants } from '../mechanism.ts';
import type { BreakerRules } from './breaker.ts';

export const breakerMutants: Mutants<BreakerRules> = {
  'breaker-never-opens': {
    difficulty: 'easy',
    what: 'circuits never open, however often calls fail',
    breaks: ['resilience', 'coordination'],
    rules: { shouldOpen: () => false },
  },
  'breaker-opens-at-once': {
    difficulty: 'easy',
    what: 'one failure opens a circuit',
    breaks: ['resilience', 'coordination'],
    rules: { shouldOpen: (failuresUs) => failuresUs.length > 0 },
  },
  'breaker-impatient': {
    difficulty: 'hard',
    what: 'an open circuit gives rest for a third of its time',
    breaks: ['resilience', 'coordination'],
    rules: { mayProbe: (openedUs, nowUs, p) => nowUs - openedUs >= p.openUs / 3 },
  },
  // opossum#119, resilience4j#1432.
  'half-open-floods': {
    difficulty: 'hard',
    what: 'a half-open circuit lets every call out',
    breaks: ['resilience', 'coordination'],
    rules: { hasProbeLeft: () => true },
  },
};
