/** Twice as much is asked of a service as it can do, and nobody knows how much that is. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../harness/spec.ts';

export const unknownCapacity = defineScenario({
  name: 'unknown-capacity',
  claim:
    'A caller that knows nothing of a service finds out how many calls it works on at a time, and has no more out.',
  promises: ['limit-near-little'],
  effective: 'any',
  environments: ['simulation'],
  story(draw) {
    const workers = draw.between(24, 40);
    const serviceUs = draw.between(30, 50) * 1_000;
    const forUs = secondsUs(24);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'shop', instances: 1 }], clients: 1 }),
      faults: [],
      clients: loadOperations(draw.fork('load'), {
        clients: 1,
        each: { f: 'request' },
        key: 'shop',
        rate: Math.round((workers * 1_500_000) / serviceUs),
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        breaker: { failureThreshold: 1_000_000 },
        admission: { workers, serviceUs, isBounded: false },
        bulkhead: { callsMax: 1_000, queueMax: 100 },
        adaptiveLimit: { by: draw.pick(['aimd', 'gradient', 'little']) },
      },
    };
  },
});
