/** A member stands still while the others go on: what it says first afterwards is old news. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

export const memberPause = defineScenario({
  name: 'member-pause',
  claim:
    'When a member that does not lead stands still and goes on, nobody who asked it meanwhile is told what was overwritten before.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 100,
  story(draw) {
    const clients = 8;
    const shape = cluster({ servers: 3, clients });
    return {
      shape,
      faults: [1, 3, 5].map((s) => {
        const atUs = secondsUs(s) + draw.below(500_000);
        return {
          kind: 'pause' as const,
          atUs,
          // Shorter than the deadline: who asks the member waits for its answer.
          untilUs: atUs + 700_000,
          nodes: { of: 'follower' as const },
        };
      }),
      clients: kvOperations(draw.fork('operations'), {
        clients,
        count: 150,
        pauseUs: 20_000,
        keys: 5,
        mix: { read: 7, write: 3 },
      }),
      durationUs: secondsUs(8),
      deadlineUs: 1_000_000,
    };
  },
});
