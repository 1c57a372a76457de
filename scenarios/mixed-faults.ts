/** Everything at once: each seed draws which kinds of fault exist, how many, and where. */
import {
  cluster,
  defineScenario,
  drawPlan,
  faultKinds,
  interleave,
  kvOperations,
  requestOperations,
  secondsUs,
} from '../harness/index.ts';

export const mixedFaults = defineScenario({
  name: 'mixed-faults',
  claim:
    'Under any mix of partitions, slow and lossy links, crashes, pauses, clock errors and slow disks the cluster keeps every safety promise, and discovery and membership settle once a random quorum is healed.',
  promises: [
    'linearizable',
    'election-safety',
    'log-matching',
    'discovery',
    'membership',
    'resilience',
    'mode-transitions',
    'mode-behaviours',
    'recovery-order',
    'evidence-freshness',
    'lease-lifetime',
    'copies-advance',
  ],
  environments: ['simulation'],
  felt: 'any',
  successesMin: 1,
  story(draw) {
    const servers = draw.pick([3, 3, 5]);
    const shape = cluster({
      servers,
      services: [
        { name: 'front', instances: 2, calls: ['back'] },
        { name: 'back', instances: 2 },
      ],
      clients: 3,
    });
    const durationUs = secondsUs(60);
    return {
      shape,
      faults: drawPlan(draw.fork('faults'), {
        shape,
        kinds: faultKinds,
        count: draw.between(3, 14),
        fromUs: secondsUs(1),
        calmUs: secondsUs(40),
        shortestUs: 200_000,
        longestUs: secondsUs(10),
        isSwarm: true,
        endUs: durationUs,
      }),
      clients: interleave(
        kvOperations(draw.fork('kv'), {
          clients: 3,
          count: 60,
          pauseUs: 300_000,
          keys: 3,
          mix: { read: 5, write: 3, cas: 2, delete: 1 },
        }),
        requestOperations(draw.fork('requests'), {
          clients: 3,
          count: 30,
          pauseUs: 500_000,
          services: ['front', 'back'],
        }),
      ),
      durationUs,
      extra: { trafficUs: 1_000_000 },
    };
  },
});
