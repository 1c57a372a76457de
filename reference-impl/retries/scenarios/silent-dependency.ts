/** The last of a chain of services stands still for a while; those before it fall back. */
import { cluster, defineScenario, requestOperations, secondsUs } from '../../../harness/spec.ts';

const clients = 4;

export const silentDependency = defineScenario({
  name: 'silent-dependency',
  claim:
    'While the last of a chain of services is silent, whoever calls the first is answered in time: each hands on less time than it has.',
  promises: ['fallback-in-time'],
  environments: ['simulation'],
  story(draw) {
    const atUs = secondsUs(4) + draw.below(secondsUs(2));
    return {
      shape: cluster({
        servers: 1,
        services: [
          { name: 'front', instances: 2, calls: ['middle'] },
          { name: 'middle', instances: 2, calls: ['back'] },
          { name: 'back', instances: 2 },
        ],
        clients,
      }),
      faults: [
        {
          kind: 'pause',
          atUs,
          untilUs: atUs + secondsUs(draw.between(6, 12)),
          nodes: { of: 'service', service: 'back' },
        },
      ],
      clients: requestOperations(draw.fork('requests'), {
        clients,
        count: 100,
        pauseUs: 100_000,
        services: ['front', 'middle'],
      }),
      durationUs: secondsUs(24),
      deadlineUs: secondsUs(2),
      extra: {
        modes: false,
        breaker: { failureThreshold: 1_000_000 },
        retries: {},
      },
    };
  },
});
