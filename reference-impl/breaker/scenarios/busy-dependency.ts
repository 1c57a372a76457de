/** A dependency that is called all the time cannot be reached: it must not be flooded when it is back. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../../harness/spec.ts';

export const busyDependency = defineScenario({
  name: 'busy-dependency',
  claim:
    'When a dependency under load cannot be reached though it keeps its lease, its circuit lets no more than a few probes out until they have succeeded, and then the load on it grows step by step.',
  promises: [
    'resilience',
    'mode-transitions',
    'mode-behaviours',
    'recovery-order',
    'evidence-freshness',
    'election-safety',
  ],
  environments: ['simulation'],
  story(draw) {
    const atUs = secondsUs(2);
    return {
      shape: cluster({
        servers: 3,
        services: [
          { name: 'front', instances: 1, calls: ['back'] },
          { name: 'back', instances: 2 },
        ],
        clients: 1,
      }),
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: atUs + secondsUs(draw.between(36, 45)),
          links: {
            from: { of: 'service', service: 'front' },
            to: { of: 'service', service: 'back' },
            bothWays: true,
          },
        },
      ],
      clients: requestOperations(draw.fork('operations'), {
        clients: 1,
        count: 100,
        pauseUs: secondsUs(2),
        services: ['front'],
      }),
      durationUs: secondsUs(210),
      extra: { trafficUs: 100_000 },
    };
  },
});
