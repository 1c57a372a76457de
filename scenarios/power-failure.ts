/** All servers lose power at once, while their disks are slow: what was acknowledged must be there. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const powerFailure = defineScenario({
  name: 'power-failure',
  claim:
    'When all servers lose power at the same moment and come back from their disks, no acknowledged write is lost, however slow the disks were.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const shape = cluster({ servers: 3, clients: 4 });
    const times = [2, 5, 8].map((s) => secondsUs(s) + draw.below(1_000_000));
    return {
      shape,
      faults: times.flatMap((atUs) => [
        {
          kind: 'disk' as const,
          atUs: atUs - 1_000_000,
          untilUs: atUs,
          nodes: { of: 'servers' as const },
          delayUs: draw.between(10_000, 100_000),
        },
        {
          kind: 'crash' as const,
          atUs,
          untilUs: atUs + draw.between(200_000, 1_000_000),
          nodes: { of: 'servers' as const },
        },
      ]),
      clients: kvOperations(draw.fork('operations'), {
        clients: 4,
        count: 80,
        pauseUs: 50_000,
        keys: 3,
        mix: { read: 4, write: 4, cas: 2 },
      }),
      durationUs: secondsUs(13),
      deadlineUs: 1_000_000,
    };
  },
});
