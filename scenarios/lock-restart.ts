/** Locks that are held while their server dies and is back at once: what is in its memory alone is gone. */
import { cluster, defineScenario, lockOperations, secondsUs } from '../harness/index.ts';

const clients = 4;

export const lockRestart = defineScenario({
  name: 'lock-restart',
  claim: 'Who holds a lock holds it still when the leader is killed and is back at once.',
  promises: ['mutual-exclusion', 'fencing', 'linearizable'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 20,
  story(draw) {
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [3, 8, 13].map((s) => {
        const atUs = secondsUs(s) + draw.below(1_000_000);
        const untilUs = atUs + draw.between(50_000, 300_000);
        return { kind: 'crash' as const, atUs, untilUs, nodes: { of: 'leader' as const } };
      }),
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 40,
        pauseUs: 100_000,
        locks: 1,
        // Longer than it takes to start again, and than a round, so that who holds it is sure of it.
        ttlUs: secondsUs(10),
        holdUs: 700_000,
      }),
      durationUs: secondsUs(18),
      deadlineUs: secondsUs(2),
    };
  },
});
