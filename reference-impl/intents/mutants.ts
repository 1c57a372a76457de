/** Callers that do not go by what they know. */
import type { Mutants } from '../mechanism.ts';
import type { IntentRules } from './rules.ts';

export const intentMutants: Mutants<IntentRules> = {
  'intent-forgiving': {
    difficulty: 'easy',
    what: 'an instance that failed a call gets the next one all the same',
    breaks: ['intent-met'],
    shows: ['intents-met', 1],
    rules: { meets: ({ isOk, tookUs }, latencyUs) => !isOk || tookUs <= latencyUs },
  },
  'intent-patient': {
    difficulty: 'easy',
    what: 'an instance that is slow matches as well as any other',
    breaks: ['intent-met'],
    shows: ['intents-met', 1],
    rules: { meets: ({ isOk }) => isOk },
  },
  'gossip-unheard': {
    difficulty: 'hard',
    what: 'whom gossip takes for dead is called until the registry takes it off the list',
    breaks: ['intent-met'],
    shows: ['intents-met', 1],
    rules: { isDoubted: () => false },
  },
};
