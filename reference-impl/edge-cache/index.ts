/** Edge caches (C4): a time to live and versioned invalidation. */
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { Subscriptions } from '../subscriptions/subscriptions.ts';
import { edgeOf } from './config.ts';
import { EdgeCache } from './edge-cache.ts';
import { edgeDrops } from './judge/edge-drops.ts';
import { edgeFresh } from './judge/edge-fresh.ts';
import { edgeMutants } from './mutants.ts';
import { edgeRules } from './rules.ts';
import { edgesAreTold, edgesOfCdn } from './scenario.ts';

export const edgeCache = part({
  id: 'edge-cache',
  requirements: ['C4'],
  what: 'an edge that serves for some seconds what the origin said, and drops what has changed',
  rules: edgeRules,
  make: ({ io, config: { settings }, part: get }, rules) =>
    new EdgeCache(io, get(StoreClient), get(Subscriptions), { config: edgeOf(settings), rules }),
  operations: { fetch: (part, c, done) => part.fetch(c, done) },
  promises: [edgeFresh(), edgeDrops()],
  mutants: edgeMutants,
  scenarios: [edgesOfCdn, edgesAreTold],
});
