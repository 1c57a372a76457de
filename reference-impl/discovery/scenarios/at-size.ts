/** How soon callers know who came and who went, against how many there are and how much is asked. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../../harness/spec.ts';
import type { Prng, Story } from '../../../harness/spec.ts';

/** Longer than a lease lives: whoever was lost is off the lists before it comes back. */
const lostUs = secondsUs(40);

export interface DiscoverySize {
  readonly instances: number;
  /** Requests a second of each of the two clients. */
  readonly perSecond: number;
}

/** Three instances die one after the other without a word, and come back. */
export function storyAtSize(draw: Prng, { instances, perSecond }: DiscoverySize): Story {
  const shape = cluster({
    servers: 3,
    services: [
      { name: 'front', instances: 2, calls: ['back'] },
      { name: 'back', instances },
    ],
    clients: 2,
  });
  const first = shape.nodes.findIndex((node) => node.service === 'back');
  const durationUs = lostUs + secondsUs(25);
  return {
    shape,
    faults: [4, 7, 10].map((s, i) => ({
      kind: 'crash' as const,
      atUs: secondsUs(s),
      untilUs: secondsUs(s) + lostUs,
      nodes: { of: 'node' as const, node: first + i },
    })),
    clients: requestOperations(draw.fork('operations'), {
      clients: 2,
      count: (durationUs / 1_000_000) * perSecond,
      pauseUs: Math.floor(1_000_000 / perSecond),
      services: ['front', 'back'],
    }),
    durationUs,
    extra: {},
  };
}

export const discoveryAtSize = defineScenario({
  name: 'discovery-at-size',
  claim:
    'Of few instances or many, asked little or much: who dies is taken from the lists of its callers, and who returns is put there again.',
  promises: ['discovery', 'copies-agree', 'lease-lifetime', 'evidence-freshness'],
  environments: ['simulation'],
  story: (draw) =>
    storyAtSize(draw, { instances: draw.pick([3, 6, 12, 24]), perSecond: draw.pick([1, 10]) }),
});
