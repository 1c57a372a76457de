/** A vote that is forgotten on restart can be cast twice in one term: two leaders. */
import type { Mutant } from './mutant.ts';

export const voteForgotten: Mutant = {
  what: 'a restarted server has forgotten its term and whom it voted for',
  storeRules: { recoveredVote: () => ({ term: 0, votedFor: null }) },
};
