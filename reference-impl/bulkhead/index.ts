/** Bulkheads (R3): a pool of calls for each dependency. */
import { part } from '../mechanism.ts';
import { AdaptiveLimit } from '../adaptive-limit/adaptive-limit.ts';
import { ServiceClient } from '../service-client/service-client.ts';
import { Bulkhead } from './bulkhead.ts';
import { bulkheadOf } from './config.ts';
import { bulkheadBounded } from './judge/bulkhead-bounded.ts';
import { bulkheadIsolates } from './judge/bulkhead-isolates.ts';
import { bulkheadMutants } from './mutants.ts';
import { bulkheadRules } from './rules.ts';
import { cascade } from './scenarios/cascade.ts';
import { slowNeighbour } from './scenarios/slow-neighbour.ts';

export const bulkhead = part({
  id: 'bulkhead',
  requirements: ['R3', 'I3'],
  what: 'a pool of calls for each dependency, so that a slow one takes nothing from the others',
  rules: bulkheadRules,
  make: ({ io, config, part: get }, rules) =>
    new Bulkhead(io, get(ServiceClient), get(AdaptiveLimit), bulkheadOf(config.settings), rules),
  promises: [bulkheadBounded(), bulkheadIsolates()],
  mutants: bulkheadMutants,
  scenarios: [cascade, slowNeighbour],
});
