/** The leader stands still until another leads, and then answers what its clients asked meanwhile. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const wakingLeader = defineScenario({
  name: 'waking-leader',
  claim:
    'A leader that stood still until another was elected answers no read that waited for it with what it knew before.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  story(draw) {
    const clients = 9;
    return {
      shape: cluster({ servers: 3, clients }),
      // Long enough for any of them to elect another, and for clients that asked the leader first to ask another.
      faults: [2, 13].map((s) => {
        const atUs = secondsUs(s) + draw.below(500_000);
        const untilUs = atUs + secondsUs(7);
        return { kind: 'pause' as const, atUs, untilUs, nodes: { of: 'leader' as const } };
      }),
      clients: kvOperations(draw.fork('operations'), {
        clients,
        count: 150,
        pauseUs: 120_000,
        keys: 1,
        // A write that waits as well would be in the way of reads that ask for what was written before.
        mix: { read: 8, write: 1 },
      }),
      durationUs: secondsUs(23),
      // Longer than a pause: clients wait for an answer, as most do.
      deadlineUs: secondsUs(9),
    };
  },
});
