/** One of two dependencies stands still: is the other one called as before, and is the first one afterwards? */
import {
  cluster,
  defineScenario,
  loadOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';

export const slowNeighbour = defineScenario({
  name: 'slow-neighbour',
  claim:
    'When one of two dependencies stands still, calls that need the other one go on as before, and those that need it do so as soon as it is back.',
  promises: ['bulkhead-isolates', 'recovers-after-surge'],
  environments: ['simulation'],
  story(draw) {
    const atUs = secondsUs(3);
    const forUs = secondsUs(22);
    const load = (needs: string): ReturnType<typeof loadOperations> =>
      loadOperations(draw.fork(needs), {
        clients: 1,
        each: { f: 'request', value: { needs } },
        key: 'front',
        rate: draw.between(30, 40),
        forUs,
      });
    return {
      shape: cluster({
        servers: 1,
        services: [
          { name: 'front', instances: 1, calls: ['near', 'far'] },
          { name: 'near', instances: 1 },
          { name: 'far', instances: 1 },
        ],
        clients: 2,
      }),
      faults: [
        {
          kind: 'pause',
          atUs,
          untilUs: atUs + secondsUs(draw.between(4, 7)),
          nodes: { of: 'service', service: 'far' },
        },
      ],
      clients: sideBySide(load('near'), load('far')),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        isFailFast: true,
        breaker: { failureThreshold: 1_000_000 },
        admission: { workers: 16, serviceUs: 5_000, holdsWorker: true },
        bulkhead: { callsMax: 8, queueMax: 0 },
      },
    };
  },
});
