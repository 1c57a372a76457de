/** The classic: the leader is cut off with a minority while clients go on asking it. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const minorityPartition = defineScenario({
  name: 'minority-partition',
  claim:
    'When the leader is cut off with a minority, the majority elects another and no client reads a stale value from the old one.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const shape = cluster({ servers: 5, clients: 3 });
    const atUs = secondsUs(draw.between(2, 4));
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs,
          untilUs: atUs + secondsUs(5),
          links: { from: { of: 'minority' }, to: { of: 'majority' }, bothWays: true },
        },
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 60,
        pauseUs: 100_000,
        keys: 3,
        mix: { read: 5, write: 3, cas: 2 },
      }),
      durationUs: secondsUs(12),
      deadlineUs: 1_000_000,
    };
  },
});
