/** A dependency stands still: circuits open, the rest goes on, and it is taken back in. */
import {
  cluster,
  defineScenario,
  minutesUs,
  requestOperations,
  secondsUs,
} from '../../../harness/spec.ts';
import type { Fault, NodeTarget } from '../../../harness/spec.ts';

export const failingDependency = defineScenario({
  name: 'failing-dependency',
  claim:
    'When every instance of a dependency stands still, its callers open their circuits, what does not need it goes on, and they come back by the steps of Recovery, from the first again when it fails meanwhile.',
  promises: [
    'resilience',
    'mode-transitions',
    'mode-behaviours',
    'recovery-order',
    'evidence-lifetime',
    'evidence-freshness',
    'election-safety',
  ],
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
    const durationUs = untilUs + policyUs(minutesUs(10));
    const pauseUs = policyUs(secondsUs(2));
    const nodes: NodeTarget = { of: 'service', service: 'back' };
    const faults: Fault[] = [{ kind: 'pause', atUs, untilUs, nodes }];
    // In half of the runs it fails again while its callers are in Recovery.
    if (draw.chance(500)) {
      const againUs = untilUs + policyUs(secondsUs(draw.between(20, 90)));
      faults.push({
        kind: 'pause',
        atUs: againUs,
        untilUs: againUs + policyUs(secondsUs(20)),
        nodes,
      });
    }
    return {
      shape,
      faults,
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
