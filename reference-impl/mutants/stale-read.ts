/** etcd 0.4 and Consul before `consistent` (consul#54): who once led believes that it still does. */
import type { Mutant } from './mutant.ts';

export const staleRead: Mutant = {
  what: 'a deposed leader serves reads from its local state',
  storeRules: { mayServeRead: (f) => f.isLeader, mayStayLeader: () => true },
};
