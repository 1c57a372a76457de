/** What a session remembers of the store, so that it never goes back: the newest revision it has seen. */
import type { StoreAnswer } from '../store/answered.ts';

export interface SessionRules {
  /** The revision that an answer shows to the session; 0 for what says nothing about keys. */
  seenIn(answer: StoreAnswer): number;
}

export const sessionRules: SessionRules = {
  // What it has read and what it has written: one without the other keeps half of the guarantees. The
  // catalog is refreshed in the background and is nobody's session.
  seenIn: (answer) =>
    answer.type === 'value' || answer.type === 'done' || answer.type === 'txn'
      ? answer.revision
      : 0,
};
