/** Everything at once: each seed draws which kinds of fault exist, how many, and where. */
import {
  cluster,
  defineScenario,
  drawPlan,
  faultKinds,
  interleave,
  kvOperations,
  lockOperations,
  requestOperations,
  secondsUs,
  sideBySide,
  watchOperations,
} from '../harness/index.ts';
import type { FaultKind, Scenario } from '../harness/index.ts';

const promises = [
  'linearizable',
  'executed-once',
  'session-guarantees',
  'mutual-exclusion',
  'fencing',
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
  'copies-agree',
  'watch-guarantees',
];

/** The story with these kinds of fault only: `npm run prove -- alarms` looks at each alone. */
export function faultsOf(name: string, kinds: readonly FaultKind[]): Scenario {
  return defineScenario({
    name,
    claim:
      'Under any mix of partitions, slow and lossy links, crashes, pauses, clock errors and slow disks the cluster keeps every safety promise, and discovery and membership settle once a random quorum is healed.',
    promises,
    environments: ['simulation'],
    effective: 'any',
    successesMin: 1,
    story(draw) {
      const servers = draw.pick([3, 3, 5]);
      const shape = cluster({
        servers,
        services: [
          { name: 'front', instances: 2, calls: ['back'] },
          { name: 'back', instances: 2 },
        ],
        clients: 4,
      });
      const durationUs = secondsUs(60);
      return {
        shape,
        faults: drawPlan(draw.fork('faults'), {
          shape,
          kinds,
          count: draw.between(3, 14),
          fromUs: secondsUs(1),
          calmUs: secondsUs(40),
          shortestUs: 200_000,
          longestUs: secondsUs(10),
          isSwarm: true,
          endUs: durationUs,
        }),
        clients: sideBySide(
          interleave(
            kvOperations(draw.fork('kv'), {
              clients: 3,
              count: 60,
              pauseUs: 300_000,
              keys: 3,
              mix: { read: 5, 'read-stale': 3, write: 3, cas: 2, delete: 1 },
            }),
            lockOperations(draw.fork('locks'), {
              clients: 3,
              count: 10,
              pauseUs: 300_000,
              locks: 2,
              ttlUs: secondsUs(4),
              holdUs: 200_000,
            }),
            requestOperations(draw.fork('requests'), {
              clients: 3,
              count: 30,
              pauseUs: 500_000,
              services: ['front', 'back'],
            }),
          ),
          watchOperations(draw.fork('watches'), {
            clients: 1,
            count: 40,
            pauseUs: 400_000,
            forUs: 800_000,
            prefixes: ['k'],
            isReviewed: true,
          }),
        ),
        durationUs,
        extra: { trafficUs: 1_000_000 },
      };
    },
  });
}

export const mixedFaults = faultsOf('mixed-faults', faultKinds);
