/** Lists of instances by layers, cheap first: memory, gossip, consensus (D4, D7). */
import { Discovery } from '../discovery/discovery.ts';
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { routingLayersOf } from './config.ts';
import { cheapFirst } from './judge/cheap-first.ts';
import { layerBounds } from './judge/layer-bounds.ts';
import { routingLayerMutants } from './mutants.ts';
import type {} from './observations.ts';
import { RoutingLayers } from './routing-layers.ts';
import { routingLayerRules } from './rules.ts';
import { cheapLayersFirst } from './scenario.ts';

export const routingLayers = part({
  id: 'routing-layers',
  requirements: ['D4', 'D7'],
  what: 'lists from memory less whom gossip takes for dead; the leader is asked where that is not good enough',
  rules: routingLayerRules,
  make: ({ io, config: { settings }, part: get }, rules) =>
    new RoutingLayers(io, get(Discovery), get(StoreClient), {
      config: routingLayersOf(settings),
      rules,
    }),
  questions: { routing: (part) => part.latest() },
  http: { '/routing': 'routing' },
  promises: [layerBounds(), cheapFirst()],
  mutants: routingLayerMutants,
  scenarios: [cheapLayersFirst],
});
