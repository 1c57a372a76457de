/** Membership by gossip (D7): SWIM with suspicion, incarnations and push-pull. */
import { membershipAlerts } from './alerts.ts';
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { lan } from './config.ts';
import { membershipFacet } from './facet.ts';
import { createMembership } from './membership.ts';
import { gossipBounded } from './judge/gossip-bounded.ts';
import { detectionSeconds, members } from './metrics.ts';
import { membershipMutants } from './mutants.ts';
import { lanPoolOf } from './pools.ts';
import { membership as membershipPromise } from './promise.ts';
import { membershipRules } from './rules.ts';
import { flippedBits } from './scenarios/flipped-bits.ts';
import { memberPause } from './scenarios/member-pause.ts';
import { membersSettle } from './scenarios/members-settle.ts';

export const membership = lane({
  id: 'membership',
  alerts: membershipAlerts,
  requirements: ['D7', 'I1'],
  what: 'who is there, agreed upon by gossip without a coordinator',
  rules: membershipRules,
  machine(node, rules) {
    const { id, shape, settings } = node;
    // A story of the registry alone leaves gossip out: `extra: { gossip: false }`.
    if (id >= nodeCount(shape) || settings.extra['gossip'] === false) return null;
    return createMembership({
      self: id,
      size: nodeCount(shape),
      ...lanPoolOf(node),
      startJoined: false,
      config: lan,
      rules,
    });
  },
  operations: { members: ({ value }, shape) => Number(value) % nodeCount(shape) },
  promises: [membershipPromise(), gossipBounded(), 'live-told', 'dead-told'],
  mutants: membershipMutants,
  metrics: [members, detectionSeconds],
  scenarios: [memberPause, membersSettle, flippedBits],
  facets: [membershipFacet],
});
