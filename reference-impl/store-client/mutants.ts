/** The session of a store client broken. */
import type { Mutants } from '../mechanism.ts';
import { sessionRules } from './session.ts';
import type { SessionRules } from './session.ts';

export const storeClientMutants: Mutants<SessionRules> = {
  // A client that tracks what it reads only: after a write it may be answered from before it.
  'session-forgets-writes': {
    difficulty: 'hard',
    what: 'a session remembers the revision of what it has read, not of what it has written',
    breaks: ['session-guarantees'],
    rules: { seenIn: (answer) => (answer.type === 'value' ? answer.revision : 0) },
  },
  'lost-session-is-refusal': {
    difficulty: 'hard',
    what: 'a change whose session is forgotten is reported as failed, though an earlier copy may have been executed',
    breaks: ['definite-failures', 'linearizable'],
    shows: ['forgotten-sessions', 1],
    rules: { isDefinite: (code) => code === 'session-lost' || sessionRules.isDefinite(code) },
  },
};
