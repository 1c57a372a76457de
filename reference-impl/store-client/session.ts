/** What a session remembers of the store, so that it never goes back: the newest revision it has seen. */
import type { StoreAnswer, StoreError } from '../store/answered.ts';

export interface SessionRules {
  /** The revision that an answer shows to the session; 0 for what says nothing about keys. */
  seenIn(answer: StoreAnswer): number;
  /** Does this error end the operation? The others say only that one copy was not executed. */
  isDefinite(code: StoreError['code']): boolean;
}

const ofOneCopy = new Set(['not-leader', 'busy', 'behind', 'not-caught-up', 'session-lost']);

export const sessionRules: SessionRules = {
  // What it has read and what it has written: one without the other keeps half of the guarantees. The
  // catalog is refreshed in the background and is nobody's session.
  seenIn: (answer) =>
    answer.type === 'value' || answer.type === 'done' || answer.type === 'txn'
      ? answer.revision
      : 0,
  isDefinite: (code) => !ofOneCopy.has(code),
};
