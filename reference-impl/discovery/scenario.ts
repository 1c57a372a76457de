/** Instances die without deregistering: their leases must end, and nobody may be sent to them. */
import {
  cluster,
  defineScenario,
  minutesUs,
  requestOperations,
  secondsUs,
} from '../../harness/spec.ts';

export const instanceCrash = defineScenario({
  name: 'instance-crash',
  claim:
    'When instances of a service die without a word, their leases end, callers are sent to the living ones only, and a returned instance is found again.',
  promises: [
    'discovery',
    'copies-agree',
    'lease-lifetime',
    'membership',
    'resilience',
    'mode-transitions',
    'mode-behaviours',
    'recovery-order',
    'evidence-freshness',
    'efficiency',
    'election-safety',
  ],
  story(draw, policyUs) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 2, calls: ['back'] },
        { name: 'back', instances: 3 },
      ],
      clients: 2,
    });
    const atUs = secondsUs(5);
    const untilUs = atUs + policyUs(minutesUs(3));
    const durationUs = untilUs + policyUs(minutesUs(2));
    const pauseUs = policyUs(secondsUs(2));
    const first = shape.nodes.findIndex((n) => n.service === 'back');
    return {
      shape,
      faults: [
        { kind: 'crash', atUs, untilUs, nodes: { of: 'node', node: first + draw.below(3) } },
      ],
      clients: requestOperations(draw.fork('operations'), {
        clients: 2,
        count: Math.floor(durationUs / pauseUs),
        pauseUs,
        services: ['front', 'back'],
      }),
      durationUs,
      extra: { trafficUs: pauseUs },
    };
  },
});
