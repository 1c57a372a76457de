/** Answers of servers come late: a lock that was granted long ago reaches its client when its lease has ended. */
import { cluster, defineScenario, lockOperations, secondsUs } from '../harness/index.ts';

const clients = 3;
const servers = 3;

export const lateGrants = defineScenario({
  name: 'late-grants',
  claim:
    'When the answers of all servers reach a client only after the lease that they grant, no two clients hold a lock at a time, and who checks what is left of a lease is handed none that has ended.',
  promises: ['mutual-exclusion', 'fencing', 'linearizable', 'grants-alive'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 10,
  story(draw) {
    const stalls = [1, 7, 13].map((s) => {
      const atUs = secondsUs(s) + draw.below(1_000_000);
      // All but one: whoever asks is likely among them, and somebody is left to take the lock.
      const free = draw.below(clients);
      const held = Array.from({ length: clients }, (_, c) => servers + c);
      return {
        kind: 'partition' as const,
        mode: 'stall' as const,
        atUs,
        untilUs: atUs + secondsUs(4),
        links: {
          from: { of: 'servers' as const },
          to: { of: 'nodes' as const, nodes: held.filter((id) => id !== servers + free) },
          bothWays: false,
        },
      };
    });
    return {
      shape: cluster({ servers, clients }),
      faults: stalls,
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 60,
        // The lock is free most of the time, so that what is held up is a grant.
        pauseUs: 200_000,
        locks: 1,
        ttlUs: secondsUs(2),
        holdUs: 20_000,
      }),
      durationUs: secondsUs(19),
      // Longer than a stall: the client waits for what comes late.
      deadlineUs: secondsUs(6),
    };
  },
});
