/** etcd#7331: a new leader answers with the commit index that it knew as a follower. */
import type { Mutant } from './mutant.ts';

export const readBeforeNoop: Mutant = {
  what: 'a new leader serves reads before it has committed an entry of its own term',
  storeRules: { mayServeRead: (f) => f.isLeader && f.isConfirmed },
};
