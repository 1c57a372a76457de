/** Figure 8 of the Raft paper: copies of an entry of an older term are counted. */
import type { Mutant } from './mutant.ts';

export const commitAnyTerm: Mutant = {
  what: 'a leader commits entries of older terms by counting copies',
  storeRules: { mayCommit: () => true },
};
