/** Who the servers are (L1): added, taken out and replaced while all goes on. */
import { table } from '../mechanism.ts';
import { serverMutants } from './mutants.ts';
import { changeServers } from './operations.ts';
import { membershipChangeSafe } from './promise.ts';
import { serverRules } from './rules.ts';
import { serversChange } from './scenario.ts';

export const servers = table({
  id: 'servers',
  requirements: ['L1', 'I6'],
  what: 'who the servers are: added as learners, promoted and taken out by joint consensus',
  rules: serverRules,
  operations: { 'change-servers': changeServers },
  promises: [membershipChangeSafe()],
  mutants: serverMutants,
  scenarios: [serversChange],
});
