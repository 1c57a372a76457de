/** A service fails again and again, more than ten times a minute: the threshold of its callers' circuits falls. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../../harness/spec.ts';

export const failuresInClusters = defineScenario({
  name: 'failures-in-clusters',
  claim:
    'While failures come in clusters, a circuit opens after fewer of them each time, down to its floor and no further.',
  promises: ['circuit-form'],
  environments: ['simulation'],
  story(draw) {
    const forUs = secondsUs(80);
    const back = { of: 'service', service: 'back' } as const;
    const atUs = secondsUs(8) + draw.below(secondsUs(4));
    return {
      shape: cluster({ servers: 1, services: [{ name: 'back', instances: 2 }], clients: 2 }),
      faults: [
        {
          kind: 'loss',
          atUs,
          untilUs: atUs + secondsUs(50),
          permille: draw.between(150, 350),
          links: { from: { of: 'everyone' }, to: back, bothWays: false },
        },
      ],
      clients: loadOperations(draw.fork('load'), {
        clients: 2,
        each: { f: 'request' },
        key: 'back',
        rate: 20,
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: 500_000,
      extra: {
        modes: false,
        breaker: { openUs: secondsUs(1), isAdaptive: true, failureThreshold: draw.between(6, 9) },
      },
    };
  },
});
