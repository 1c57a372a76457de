/** Answers that are kept with their age, and asked for once (R6). */
import { part } from '../mechanism.ts';
import { Retries } from '../retries/retries.ts';
import { AnswerCache } from './answer-cache.ts';
import { answerCacheOf } from './config.ts';
import { answersInTheirTime } from './judge/answers-in-their-time.ts';
import { askedOnce } from './judge/asked-once.ts';
import { answerCacheMutants } from './mutants.ts';
import { answerCacheRules } from './rules.ts';
import { thunderingHerd } from './scenario.ts';
import { twoServicesKept } from './scenarios/two-services-kept.ts';

export const answerCache = part({
  id: 'answer-cache',
  requirements: ['R6', 'I3'],
  what: 'keeps answers with their age, serves them when a call fails, and asks for one thing once at a time',
  rules: answerCacheRules,
  make: ({ io, config, part: get }, rules) =>
    new AnswerCache(io, get(Retries), answerCacheOf(config.settings), rules),
  promises: [askedOnce(), answersInTheirTime()],
  mutants: answerCacheMutants,
  scenarios: [thunderingHerd, twoServicesKept],
});
