/** All servers start again at the same moment, over links that are slow and alike: nobody is first by luck. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeTarget } from '../../../harness/spec.ts';

const roundUs = secondsUs(5);
const rounds = 3;

export const equalLinks = defineScenario({
  name: 'equal-links',
  claim:
    'When all servers start again at the same moment over slow links that are all alike, one of them leads soon, although nothing but chance tells them apart.',
  promises: ['elects-over-slow-links', 'election-safety', 'linearizable'],
  environments: ['simulation'],
  story(draw) {
    const servers = draw.pick([3, 5]);
    const all: NodeTarget = { of: 'servers' };
    const endUs = secondsUs(1) + rounds * roundUs;
    const crashes = Array.from({ length: rounds }, (_, round): Fault => {
      const atUs = secondsUs(1) + round * roundUs + draw.below(500_000);
      return { kind: 'crash', atUs, untilUs: atUs + draw.between(100_000, 400_000), nodes: all };
    });
    return {
      shape: cluster({ servers, clients: 2 }),
      faults: [
        {
          kind: 'latency',
          atUs: 0,
          untilUs: endUs,
          delayUs: draw.between(10_000, 18_000),
          jitterUs: 0,
          links: { from: all, to: all, bothWays: false },
        },
        ...crashes,
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients: 2,
        count: 60,
        pauseUs: 250_000,
        keys: 2,
        mix: { read: 1, write: 2 },
      }),
      durationUs: endUs + secondsUs(1),
      deadlineUs: secondsUs(1),
    };
  },
});
