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
  'rate-of-few': {
    difficulty: 'easy',
    what: 'a rate is taken over fewer calls than it is of',
    breaks: ['circuit-form'],
    shows: ['flaky-service', 1],
    rules: {
      rateExceeds: (outcomes, { rateCalls, ratePermille }) => {
        const last = outcomes.slice(-rateCalls);
        return rateCalls > 0 && last.filter((f) => f).length * 1_000 > last.length * ratePermille;
      },
    },
  },
  'threshold-stays': {
    difficulty: 'hard',
    what: 'the threshold does not fall, however many failures come in clusters',
    breaks: ['circuit-form'],
    shows: ['failures-in-clusters', 1],
    rules: { fallsBy: () => 0 },
  },
  'threshold-below-floor': {
    difficulty: 'hard',
    what: 'the threshold falls past its floor',
    breaks: ['circuit-form'],
    shows: ['flaky-service', 7],
    rules: { threshold: (recent, _us, p) => (recent.fallen > 0 ? 1 : p.failureThreshold) },
  },
  'open-time-stays': {
    difficulty: 'easy',
    what: 'a circuit asks a service that stays away as often as at first',
    breaks: ['circuit-form'],
    shows: ['flaky-service', 7],
    rules: { openUs: (_reopened, p) => p.openUs },
  },
  'open-time-unbounded': {
    difficulty: 'hard',
    what: 'open times grow without an end',
    breaks: ['circuit-form'],
    shows: ['flaky-service', 1],
    rules: { openUs: (reopened, p) => p.openUs * 4 ** reopened },
  },
};
