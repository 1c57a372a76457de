/** Asymmetric: the leader's messages get lost while it still hears everybody. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const oneWayPartition = defineScenario({
  name: 'one-way-partition',
  claim:
    'When nobody hears the leader although it hears everybody, it steps down, another takes over and the store stays linearizable.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const shape = cluster({ servers: 3, clients: 3 });
    const atUs = secondsUs(draw.between(2, 4));
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: atUs + secondsUs(5),
          links: { from: { of: 'leader' }, to: { of: 'followers' }, bothWays: false },
        },
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 60,
        pauseUs: 100_000,
        keys: 2,
        mix: { read: 5, write: 3, cas: 2 },
      }),
      durationUs: secondsUs(12),
      deadlineUs: 1_000_000,
    };
  },
});
