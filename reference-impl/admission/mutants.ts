/** Queues without limits, and without order. */
import type { Mutants } from '../mechanism.ts';
import type { AdmissionRules } from './rules.ts';

export const admissionMutants: Mutants<AdmissionRules> = {
  'queue-without-bounds': {
    difficulty: 'easy',
    what: 'everything is let in and worked off, even what nobody waits for any more',
    breaks: ['goodput-under-overload', 'recovers-after-surge'],
    shows: ['overload', 1],
    rules: { signal: () => 'ok', isWorthServing: () => true },
  },
  // Bounded by length alone: what is served has waited as long as its caller does.
  'wait-not-estimated': {
    difficulty: 'hard',
    what: 'calls are let in that will have waited too long when their turn comes',
    breaks: ['goodput-under-overload'],
    shows: ['overload', 1],
    rules: { signal: ({ depth }, { queueMax }) => (depth >= queueMax ? 'reject' : 'ok') },
  },
  'refused-come-at-once': {
    difficulty: 'easy',
    what: 'who is refused is asked for no rest at all',
    breaks: ['goodput-under-overload'],
    shows: ['overload', 1],
    rules: { retryAfterUs: () => 0 },
  },
  // Milliseconds for seconds: whoever heeds it leaves an instance idle that has long had room.
  'refused-stay-away': {
    difficulty: 'hard',
    what: 'who is refused is asked for ten times the wait as rest',
    breaks: ['goodput-under-overload'],
    shows: ['overload', 1],
    rules: { retryAfterUs: ({ waitUs }) => waitUs * 10 },
  },
  'newest-first': {
    difficulty: 'easy',
    what: 'who came last is served first',
    breaks: ['fair-by-arrival'],
    shows: ['overload', 1],
    rules: { next: () => 'newest' },
  },
  'priority-turned': {
    difficulty: 'easy',
    what: 'who matters least is served first',
    breaks: ['fair-by-arrival'],
    shows: ['overload', 1],
    rules: { overtakes: (first, second) => second > first },
  },
};
