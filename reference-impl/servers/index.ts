/** Who the servers are and which of them leads (L1): changed while all goes on. */
import { table } from '../mechanism.ts';
import { serverMutants } from './mutants.ts';
import { changeServers, handOver } from './operations.ts';
import { changeAsAsked } from './judge/change-as-asked.ts';
import { handOverHeeded } from './judge/hand-over-heeded.ts';
import { serversAgreed } from './judge/servers-agreed.ts';
import { membershipChangeSafe } from './promise.ts';
import { serverRules } from './rules.ts';
import { busyHandOvers } from './scenarios/busy-hand-overs.ts';
import { changesOverwritten } from './scenarios/changes-overwritten.ts';
import { changesRefused } from './scenarios/changes-refused.ts';
import { growingCluster } from './scenarios/growing-cluster.ts';
import { leaderHandsOver } from './scenarios/leader-hands-over.ts';
import { readersHandedOver } from './scenarios/readers-handed-over.ts';
import { serversChange } from './scenarios/servers-change.ts';

export const servers = table({
  id: 'servers',
  requirements: ['L1', 'I6'],
  what: 'who the servers are: added, taken out, handing over to one another',
  rules: serverRules,
  operations: { 'change-servers': changeServers, 'hand-over': handOver },
  promises: [membershipChangeSafe(), handOverHeeded(), serversAgreed(), changeAsAsked()],
  mutants: serverMutants,
  scenarios: [
    serversChange,
    leaderHandsOver,
    readersHandedOver,
    growingCluster,
    busyHandOvers,
    changesOverwritten,
    changesRefused,
  ],
});
