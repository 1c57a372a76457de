/** Locks that are held while the clocks of servers are set an hour ahead: who counts leases by them takes these for ended. */
import { cluster, defineScenario, lockOperations, secondsUs } from '../harness/index.ts';

const clients = 6;
/** A majority is enough where servers agree, and all are where each counts for itself. */
const whose = ['majority', 'servers', 'majority'] as const;

export const lockClock = defineScenario({
  name: 'lock-clock',
  claim:
    'Who holds a lock holds it still when the clocks of most servers jump ahead by more than its lease.',
  promises: ['mutual-exclusion', 'fencing', 'linearizable'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 20,
  story(draw) {
    return {
      shape: cluster({ servers: 3, clients }),
      faults: whose.map((of, round) => {
        const atUs = secondsUs(3 + 5 * round) + draw.below(1_000_000);
        const ahead = { kind: 'clock', jumpUs: secondsUs(3_600), driftPpm: 0 } as const;
        return { ...ahead, atUs, untilUs: atUs + secondsUs(2), nodes: { of } };
      }),
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 40,
        pauseUs: 100_000,
        locks: 1,
        // Longer than a round, so that who holds it is sure of it.
        ttlUs: secondsUs(10),
        holdUs: 700_000,
      }),
      durationUs: secondsUs(18),
      deadlineUs: secondsUs(2),
    };
  },
});
