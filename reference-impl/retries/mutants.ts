/** Retries that feed the storm. */
import type { Mutants } from '../mechanism.ts';
import type { RetryRules } from './rules.ts';

export const retryMutants: Mutants<RetryRules> = {
  'retry-without-budget': {
    difficulty: 'easy',
    what: 'a call is tried again however many others are',
    breaks: ['no-amplification', 'recovers-after-surge'],
    shows: ['retry-storm', 1],
    rules: { mayRetry: () => true },
  },
  // A budget "of all requests sent" counts the retries in.
  'deadline-handed-on-whole': {
    difficulty: 'hard',
    what: 'whoever serves gives its own calls all of the time that it has itself',
    breaks: ['fallback-in-time'],
    shows: ['silent-dependency', 1],
    rules: { handedOnUs: (budgetUs) => budgetUs },
  },
  'deadline-starts-anew': {
    difficulty: 'easy',
    what: 'whoever serves gives its own calls as long as a call usually gets, whatever is left',
    breaks: ['fallback-in-time'],
    shows: ['silent-dependency', 1],
    rules: { handedOnUs: (_budgetUs, { attemptUs }) => attemptUs },
  },
  'budget-earned-by-retries': {
    difficulty: 'hard',
    what: 'each retry earns a part of the next one',
    breaks: ['no-amplification'],
    shows: ['retry-storm', 1],
    rules: {
      earned: (tokens, _isFirst, { budgetPermille, reserve }) =>
        Math.min(reserve * 1_000, tokens + budgetPermille),
    },
  },
  'budget-half-spent': {
    difficulty: 'hard',
    what: 'a retry costs half of what it is worth',
    breaks: ['no-amplification'],
    shows: ['retry-storm', 1],
    rules: { spent: (tokens) => tokens - 500 },
  },
  'floor-tries-twice': {
    difficulty: 'hard',
    what: 'on the Floor a call is tried again once, instead of twice',
    breaks: ['no-retries-on-floor'],
    shows: ['modes-under-load', 1],
    rules: { attemptsMax: (isRetrying, c) => (isRetrying ? c.attemptsMax : 2) },
  },
  'pause-does-not-grow': {
    difficulty: 'hard',
    what: 'the pause before a retry is the same after each attempt',
    breaks: ['pauses-grow'],
    shows: ['patient-callers', 1],
    rules: { pauseUs: (_attempts, random, { backoffUs }) => random(Math.max(1, backoffUs)) },
  },
  'pause-without-bound': {
    difficulty: 'hard',
    what: 'the pause before a retry grows for ever',
    breaks: ['pauses-grow'],
    shows: ['patient-callers', 1],
    rules: {
      pauseUs: (attempts, random, { backoffUs }) =>
        random(Math.max(1, backoffUs * 2 ** (attempts - 1))),
    },
  },
};
