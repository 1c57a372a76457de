/** Whoever serves a key asks two services for it; one of them stands still for a while. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../../harness/spec.ts';

export const twoServicesKept = defineScenario({
  name: 'two-services-kept',
  claim:
    'What two services answered for the same key is kept apart: each is asked itself, and answered for with its own answer only.',
  promises: ['answers-in-their-time', 'asked-once'],
  environments: ['simulation'],
  story(draw) {
    const forUs = secondsUs(20);
    const stillUs = secondsUs(8) + draw.below(secondsUs(2));
    return {
      shape: cluster({
        servers: 1,
        services: [
          { name: 'front', instances: 2, calls: ['price', 'stock'] },
          { name: 'price', instances: 1 },
          { name: 'stock', instances: 1 },
        ],
        clients: 1,
      }),
      faults: [
        {
          kind: 'pause',
          atUs: stillUs,
          untilUs: stillUs + secondsUs(draw.between(3, 6)),
          nodes: { of: 'service', service: draw.pick(['price', 'stock']) },
        },
      ],
      clients: loadOperations(draw.fork('load'), {
        clients: 1,
        each: { f: 'request' },
        key: 'front/',
        keys: { count: 10, distribution: 'uniform' },
        rate: 40,
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        breaker: { failureThreshold: 1_000_000 },
        answerCache: { freshUs: secondsUs(1), staleUsMax: secondsUs(4) },
      },
    };
  },
});
