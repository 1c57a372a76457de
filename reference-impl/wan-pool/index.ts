/** A second pool of gossip (D7): the servers of all regions, with the patience that wide-area links need. */
import { nodeCount, nodesWithRole } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { createMembership } from '../membership/membership.ts';
import { poolsOf } from '../membership/pools.ts';
import { membershipRules } from '../membership/rules.ts';
import { poolsApart } from './judge/pools-apart.ts';
import { regionsTold } from './judge/regions-told.ts';
import { wanPatient } from './judge/wan-patient.ts';
import { wanPoolMutants } from './mutants.ts';
import type {} from './observations.ts';
import { wanPoolRules } from './rules.ts';
import { wanRegionCut, wanRegionDark } from './scenario.ts';

export const wanPool = lane({
  id: 'wan-pool',
  requirements: ['D7'],
  what: 'the servers of all regions in a second pool of gossip, timed for wide-area links; nodes gossip within their region alone',
  rules: wanPoolRules,
  machine({ id, shape, settings }, rules) {
    const belongs = (node: number): boolean => rules.belongs(shape.nodes[node]?.role ?? 'client');
    if (poolsOf(settings) === null || !belongs(id)) return null;
    return createMembership({
      self: id,
      size: nodeCount(shape),
      seeds: nodesWithRole(shape, 'server'),
      isOfPool: belongs,
      startJoined: false,
      config: rules.timing(),
      rules: membershipRules,
      says: (news) => ({ kind: 'wan-members', news }),
      prefix: 'wan ',
    });
  },
  operations: {
    'wan-members': ({ value }, shape) => {
      const servers = nodesWithRole(shape, 'server');
      return servers[Number(value) % servers.length] ?? 0;
    },
  },
  http: { '/wan': 'members' },
  promises: [wanPatient(), regionsTold(), poolsApart()],
  mutants: wanPoolMutants,
  scenarios: [wanRegionCut, wanRegionDark],
});
