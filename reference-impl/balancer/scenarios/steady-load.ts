/** Load on equal instances, and hardly a disturbance: it must be shared. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../../harness/spec.ts';

export const steadyLoad = defineScenario({
  name: 'steady-load',
  claim:
    'When nothing goes wrong but a moment of slowness, the calls of a service are shared among its instances evenly.',
  promises: ['efficiency', 'discovery', 'resilience'],
  environments: ['simulation'],
  story(draw) {
    return {
      shape: cluster({
        servers: 3,
        services: [
          { name: 'front', instances: 2, calls: ['back'] },
          { name: 'back', instances: 3 },
        ],
        clients: 1,
      }),
      faults: [
        {
          kind: 'latency',
          atUs: secondsUs(1),
          untilUs: secondsUs(3),
          delayUs: 5_000,
          jitterUs: 5_000,
          links: { from: { of: 'everyone' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: requestOperations(draw.fork('operations'), {
        clients: 1,
        count: 40,
        pauseUs: secondsUs(2),
        services: ['front'],
      }),
      durationUs: secondsUs(90),
      extra: { trafficUs: 100_000 },
    };
  },
});
