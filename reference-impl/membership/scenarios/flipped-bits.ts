/** Bits of messages flip on their way, as those of gossip did in Amazon S3 on 20 July 2008. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

export const flippedBits = defineScenario({
  name: 'flipped-bits',
  claim:
    'Messages that arrive damaged are noticed by their sums and count as lost: nobody believes what nobody said.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'membership'],
  environments: ['simulation'],
  successesMin: 50,
  story(draw) {
    const shape = cluster({ servers: 5, clients: 3 });
    return {
      shape,
      faults: [2, 7, 12].map((s) => {
        const atUs = secondsUs(s) + draw.below(1_000_000);
        return {
          kind: 'corrupt' as const,
          atUs,
          untilUs: atUs + secondsUs(3),
          permille: draw.between(20, 100),
          links: {
            from: { of: 'servers' as const },
            to: { of: 'servers' as const },
            bothWays: true,
          },
        };
      }),
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 120,
        pauseUs: 150_000,
        keys: 3,
        mix: { read: 4, write: 4, cas: 2 },
      }),
      durationUs: secondsUs(24),
    };
  },
});
