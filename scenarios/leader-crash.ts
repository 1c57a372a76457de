/** The leader dies without a word, twice, and comes back from its disk. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const leaderCrash = defineScenario({
  name: 'leader-crash',
  claim:
    'When the leader is killed and restarts from its disk, no acknowledged write is lost and no vote is cast twice.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leadership'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  story(draw) {
    const shape = cluster({ servers: 3, clients: 3 });
    const firstUs = secondsUs(2);
    const secondUs = secondsUs(draw.between(5, 7));
    return {
      shape,
      faults: [firstUs, secondUs].map((atUs) => ({
        kind: 'crash' as const,
        atUs,
        untilUs: atUs + draw.between(500_000, 2_500_000),
        nodes: { of: 'leader' as const },
      })),
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 60,
        pauseUs: 100_000,
        keys: 2,
        mix: { read: 5, write: 3, cas: 2 },
      }),
      // Three seconds after the last fault one must lead.
      durationUs: secondsUs(13),
      deadlineUs: 1_000_000,
    };
  },
});
