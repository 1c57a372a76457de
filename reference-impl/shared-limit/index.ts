/** A rate limit of all nodes together, without a coordinator (R7). */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { limitOf } from './config.ts';
import { giftsArrive } from './judge/gifts-arrive.ts';
import { tokensConserved } from './judge/tokens-conserved.ts';
import { createSharedLimit } from './machine.ts';
import { limitMutants } from './mutants.ts';
import { limitRules } from './rules.ts';
import { giftsAfterRestarts } from './scenarios/gifts-after-restarts.ts';
import { limitCutInTwo } from './scenarios/limit-cut-in-two.ts';
import { limitOnLossyLinks } from './scenarios/limit-on-lossy-links.ts';
import { surgeOnThree } from './scenarios/surge-on-three.ts';

export const sharedLimit = lane({
  id: 'shared-limit',
  requirements: ['R7', 'I8'],
  what: 'a rate limit of all nodes together: tokens are shared by gossip, calls spill over',
  rules: limitRules,
  machine({ id, shape, settings }, rules) {
    const config = limitOf(settings);
    const size = nodeCount(shape);
    if (config === null || id >= size) return null;
    return createSharedLimit({ self: id, size, config, rules });
  },
  operations: {
    take: ({ value }, shape) => (typeof value === 'number' ? value : 0) % nodeCount(shape),
  },
  http: { '/limit': 'tokens' },
  promises: ['rate-limit', 'limit-used', tokensConserved(), giftsArrive()],
  mutants: limitMutants,
  scenarios: [surgeOnThree, limitCutInTwo, limitOnLossyLinks, giftsAfterRestarts],
});
