/** Several dependencies answer too late, though they pass their checks: circuits trip, calls go on elsewhere. */
import {
  cluster,
  defineScenario,
  minutesUs,
  requestOperations,
  secondsUs,
} from '../../../harness/spec.ts';

const slow = ['slow1', 'slow2', 'slow3', 'slow4'];
const quick = ['quick1', 'quick2', 'quick3'];

export const slowDependencies = defineScenario({
  name: 'slow-dependencies',
  claim:
    'When several dependencies answer too late for a call but not for a check, their circuits trip and their caller is Degraded for that; what else it calls goes on, and it returns to Target by every step of Recovery.',
  promises: [
    'resilience',
    'mode-transitions',
    'mode-behaviours',
    'recovery-order',
    'evidence-lifetime',
    'evidence-freshness',
    'election-safety',
  ],
  // A delay between a call and a check is not divided with the times of policy.
  environments: ['simulation'],
  story(draw, policyUs) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 1, calls: [...slow, ...quick] },
        ...[...slow, ...quick].map((name) => ({ name, instances: 1 })),
      ],
      clients: 1,
    });
    const nodes = shape.nodes.flatMap((n, id) => (slow.includes(n.service ?? '') ? [id] : []));
    const atUs = secondsUs(40);
    const untilUs = atUs + minutesUs(2);
    const durationUs = untilUs + minutesUs(8);
    const pauseUs = policyUs(secondsUs(2));
    return {
      shape,
      faults: [
        {
          kind: 'latency',
          atUs,
          untilUs,
          delayUs: draw.between(1_200_000, 2_000_000),
          jitterUs: 100_000,
          links: {
            from: { of: 'nodes', nodes },
            to: { of: 'service', service: 'front' },
            bothWays: false,
          },
        },
      ],
      clients: requestOperations(draw.fork('operations'), {
        clients: 1,
        count: Math.floor(durationUs / pauseUs),
        pauseUs,
        services: ['front', ...quick],
      }),
      durationUs,
      extra: { trafficUs: pauseUs },
    };
  },
});
