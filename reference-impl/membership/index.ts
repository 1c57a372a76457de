/** Membership by gossip (D7): SWIM with suspicion, incarnations and push-pull. */
import { nodeCount, nodesWithRole } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { lan } from './config.ts';
import { membershipFacet } from './facet.ts';
import { createMembership } from './membership.ts';
import { membershipMutants } from './mutants.ts';
import { membership as membershipPromise } from './promise.ts';
import { membershipRules } from './rules.ts';

export const membership = lane({
  id: 'membership',
  requirements: ['D7', 'I1'],
  what: 'who is there, agreed upon by gossip without a coordinator',
  rules: membershipRules,
  on: ({ id, shape }) => id < shape.nodes.length,
  machine: ({ id, shape }, rules) =>
    createMembership({
      self: id,
      size: nodeCount(shape),
      // The servers know everybody: who starts asks them first.
      seeds: nodesWithRole(shape, 'server'),
      startJoined: false,
      config: lan,
      rules,
    }),
  promises: [membershipPromise()],
  mutants: membershipMutants,
  facets: [membershipFacet],
});
