/** Sessions that wander, and sessions that pile up. */
import type { Mutants } from '../mechanism.ts';
import type { SessionRules } from './rules.ts';

export const sessionMutants: Mutants<SessionRules> = {
  'sessions-wander': {
    difficulty: 'easy',
    what: 'each call of a session goes wherever there is least to do',
    breaks: ['sessions-stay'],
    shows: ['modes-under-load', 1],
    rules: { stays: () => null },
  },
  'sessions-pile-up': {
    difficulty: 'hard',
    what: 'a session stays however much its instance has to do',
    breaks: ['sessions-stay'],
    shows: ['modes-under-load', 1],
    rules: { hasRoom: () => true },
  },
};
