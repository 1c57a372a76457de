/** A registry a zone and region, federated (D9): local first, and the nearest healthy region where that has nothing. */
import { nodeCount, nodesWithRole } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { federationOf } from './config.ts';
import { FederatedInstance } from './instance.ts';
import { foundElsewhere } from './judge/found-elsewhere.ts';
import { leaversForgotten } from './judge/leavers-forgotten.ts';
import { localFirst } from './judge/local-first.ts';
import { returnsSettled } from './judge/returns-settled.ts';
import { withdrawnSpared } from './judge/withdrawn-spared.ts';
import { federationMutants } from './mutants.ts';
import type {} from './observations.ts';
import { homesOf, placesOf } from './places.ts';
import { FederatedRegistry } from './registry.ts';
import { federationRules } from './rules.ts';
import { regionTakenDown } from './scenarios/region-taken-down.ts';
import { regionWithdrawn } from './scenarios/region-withdrawn.ts';
import { zoneLost } from './scenarios/zone-lost.ts';

export const federation = lane({
  id: 'federation',
  requirements: ['D9', 'D7'],
  what: 'a registry a zone and region: local first, then the nearest region that is not withdrawn',
  rules: federationRules,
  machine({ id, shape, settings }, rules) {
    const config = federationOf(settings);
    const spec = shape.nodes[id];
    if (config === null || spec === undefined) return null;
    const places = placesOf(shape, config.zonesPerRegion);
    const place = places[id] as (typeof places)[number];
    const servers = nodesWithRole(shape, 'server');
    const { name, service = '', zone } = spec;
    if (spec.role === 'server') {
      const count = 1 + Math.max(...places.map(({ region }) => region));
      const others = servers.filter((s) => s !== id);
      const registries = Array.from({ length: count }, (_, region) =>
        others.filter((s) => places[s]?.region === region),
      );
      return new FederatedRegistry({ name, place, registries, config, rules });
    }
    const homes = homesOf(servers, places, place);
    return new FederatedInstance({ of: { name, service, zone }, homes, config, rules });
  },
  operations: {
    'find-near': ({ value }, shape) => {
      const { at = 0 } = (value ?? {}) as { readonly at?: unknown };
      return (typeof at === 'number' ? at : 0) % nodeCount(shape);
    },
  },
  http: { '/federation': 'regions' },
  promises: [
    localFirst(),
    withdrawnSpared(),
    returnsSettled(),
    foundElsewhere(),
    leaversForgotten(),
  ],
  mutants: federationMutants,
  scenarios: [zoneLost, regionWithdrawn, regionTakenDown],
});
