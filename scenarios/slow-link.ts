/** Grey failure: nothing is down, one member is merely slow, which no health check calls dead. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const slowLink = defineScenario({
  name: 'slow-link',
  claim:
    'When the links of the leader get slow without breaking, answers get slow too but never wrong, and the cluster keeps at most one leader a term.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const shape = cluster({ servers: 3, clients: 3 });
    const delayUs = draw.between(60_000, 250_000);
    return {
      shape,
      faults: [
        {
          kind: 'latency',
          atUs: secondsUs(2),
          untilUs: secondsUs(8),
          delayUs,
          jitterUs: delayUs >> 1,
          links: { from: { of: 'leader' }, to: { of: 'followers' }, bothWays: true },
        },
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 50,
        pauseUs: 100_000,
        keys: 2,
        mix: { read: 5, write: 3, cas: 2 },
      }),
      durationUs: secondsUs(12),
    };
  },
});
