/** Configuration that is spread over regions without agreement (C4): gossip, version vectors, Merkle trees. */
import { nodeCount } from '../../harness/core/program.ts';
import { lane } from '../mechanism.ts';
import { regionConfigOf } from './config.ts';
import { conflictsAlike } from './judge/conflicts-alike.ts';
import { deletedStaysGone } from './judge/deleted-stays-gone.ts';
import { deletionsForgotten } from './judge/deletions-forgotten.ts';
import { newsNear } from './judge/news-near.ts';
import { regionsConverge } from './judge/regions-converge.ts';
import { createRegionConfig } from './machine.ts';
import { regionMutants } from './mutants.ts';
import { regionRules } from './rules.ts';
import { regionCut, regionDeletes, regionForgets } from './scenario.ts';
import { newsInRegions } from './scenarios/news-in-regions.ts';

export const regionConfig = lane({
  id: 'region-config',
  requirements: ['C4', 'I2'],
  what: 'configuration that any node takes and all regions come to have: gossip, version vectors, Merkle trees',
  rules: regionRules,
  machine({ id, shape, settings }, rules) {
    const config = regionConfigOf(settings);
    const own = shape.nodes[id];
    if (config === null || own === undefined) return null;
    const others = shape.nodes.flatMap(({ zone }, i) => (i === id ? [] : [{ i, zone }]));
    const near = others.filter(({ zone }) => zone === own.zone).map(({ i }) => i);
    const far = others.filter(({ zone }) => zone !== own.zone).map(({ i }) => i);
    return createRegionConfig({ self: id, near, far, config, rules });
  },
  operations: {
    'put-regional': ({ value }, shape) => nodeOf(value) % nodeCount(shape),
    'delete-regional': ({ value }, shape) => nodeOf(value) % nodeCount(shape),
    'get-regional': ({ value }, shape) => nodeOf(value) % nodeCount(shape),
  },
  http: { '/regional': 'regional' },
  promises: [
    regionsConverge(),
    conflictsAlike(),
    deletedStaysGone(),
    deletionsForgotten(),
    newsNear(),
  ],
  mutants: regionMutants,
  scenarios: [regionCut, regionDeletes, regionForgets, newsInRegions],
});

/** Whom a workload asks: the `at` of its argument. */
function nodeOf(value: unknown): number {
  const { at = 0 } = (value ?? {}) as { readonly at?: unknown };
  return typeof at === 'number' ? at : 0;
}
