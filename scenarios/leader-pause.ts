/** The leader stands still for a moment, as in a long collection of garbage, and wakes up believing that it leads. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const leaderPause = defineScenario({
  name: 'leader-pause',
  claim:
    'When the leader stands still long enough to be replaced and wakes up again, it answers no read from the past.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    return {
      shape: cluster({ servers: 3, clients: 6 }),
      faults: [2, 5, 8].map((s) => {
        const atUs = secondsUs(s) + draw.below(500_000);
        return {
          kind: 'pause' as const,
          atUs,
          untilUs: atUs + draw.between(700_000, 2_000_000),
          nodes: { of: 'leader' as const },
        };
      }),
      clients: kvOperations(draw.fork('operations'), {
        clients: 6,
        count: 150,
        pauseUs: 30_000,
        keys: 2,
        mix: { read: 6, write: 4 },
      }),
      durationUs: secondsUs(12),
    };
  },
});
