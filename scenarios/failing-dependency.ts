/** A dependency stands still: circuits open, the rest goes on, and it is taken back in. */
import {
  cluster,
  defineScenario,
  minutesUs,
  requestOperations,
  secondsUs,
} from '../harness/index.ts';

export const failingDependency = defineScenario({
  name: 'failing-dependency',
  claim:
    'When every instance of a dependency stands still, its callers open their circuits, what does not need it goes on, and the circuits close again after it recovered.',
  promises: ['resilience', 'mode-transitions', 'evidence-lifetime', 'election-safety'],
  story(draw, policyUs) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 2, calls: ['back'] },
        { name: 'back', instances: 2 },
        { name: 'aside', instances: 1 },
      ],
      clients: 2,
    });
    const atUs = secondsUs(5);
    const untilUs = atUs + policyUs(minutesUs(2));
    const durationUs = untilUs + policyUs(minutesUs(8));
    const pauseUs = policyUs(secondsUs(2));
    return {
      shape,
      faults: [{ kind: 'pause', atUs, untilUs, nodes: { of: 'service', service: 'back' } }],
      clients: requestOperations(draw.fork('operations'), {
        clients: 2,
        count: Math.floor(durationUs / pauseUs),
        pauseUs,
        services: ['front', 'aside'],
      }),
      durationUs,
      extra: { trafficUs: pauseUs },
    };
  },
});
