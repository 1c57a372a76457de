/** Locks that are held while the leader dies, and another takes its place within their leases. */
import { cluster, defineScenario, lockOperations, secondsUs } from '../harness/index.ts';

const clients = 4;

export const lockFailover = defineScenario({
  name: 'lock-failover',
  claim: 'Who holds a lock holds it still when the leader is killed and another takes its place.',
  promises: ['mutual-exclusion', 'fencing', 'linearizable'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 5,
  story(draw) {
    return {
      shape: cluster({ servers: 3, clients }),
      // Away until another has taken over; back soon, as that may need it to be sure of what it acknowledges.
      faults: [4, 24].map((s) => {
        const atUs = secondsUs(s) + draw.below(1_000_000);
        const untilUs = atUs + secondsUs(8);
        return { kind: 'crash' as const, atUs, untilUs, nodes: { of: 'leader' as const } };
      }),
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 80,
        pauseUs: 100_000,
        locks: 1,
        // Longer than it takes for another to take over.
        ttlUs: secondsUs(20),
        // So that whoever holds it then is about to for longer than that.
        holdUs: secondsUs(4),
      }),
      durationUs: secondsUs(44),
      deadlineUs: secondsUs(2),
    };
  },
});
