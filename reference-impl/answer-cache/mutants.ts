/** Caches that call the herd, and caches that lie about age. */
import type { Mutants } from '../mechanism.ts';
import type { AnswerCacheRules } from './rules.ts';

export const answerCacheMutants: Mutants<AnswerCacheRules> = {
  'herd-let-loose': {
    difficulty: 'easy',
    what: 'whoever finds no answer asks for it, however many others have done so',
    breaks: ['asked-once', 'recovers-after-surge'],
    shows: ['thundering-herd', 1],
    rules: { joins: () => false },
  },
  'age-of-the-answer': {
    difficulty: 'hard',
    what: 'the age of an answer counts from when it came, not from when it was asked for',
    breaks: ['answers-in-their-time'],
    shows: ['thundering-herd', 1],
    rules: { since: (_askedUs, answeredUs) => answeredUs },
  },
  'answer-of-another': {
    difficulty: 'easy',
    what: 'answers are kept by their key alone: one service is answered for with what another one said',
    breaks: ['answers-in-their-time'],
    shows: ['two-services-kept', 1],
    rules: { idOf: (_service, key) => key },
  },
  'stale-for-ever': {
    difficulty: 'easy',
    what: 'where calls fail an answer is served however old it is',
    breaks: ['answers-in-their-time'],
    shows: ['thundering-herd', 1],
    rules: { mayStandIn: () => true },
  },
};
