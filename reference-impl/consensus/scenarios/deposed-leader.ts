/** A leader is cut off with a minority for long, and cannot hear that another leads. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

export const deposedLeader = defineScenario({
  name: 'deposed-leader',
  claim: 'A leader that is cut off with a minority leads no longer soon after another was elected.',
  promises: ['steps-down', 'election-safety'],
  story(draw) {
    const atUs = secondsUs(draw.between(2, 4));
    return {
      shape: cluster({ servers: 5, clients: 2 }),
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
        clients: 2,
        count: 60,
        pauseUs: 100_000,
        keys: 3,
        mix: { read: 1, write: 1 },
      }),
      durationUs: secondsUs(12),
      deadlineUs: 1_000_000,
    };
  },
});
