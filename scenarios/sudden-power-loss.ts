/** Power fails while disks are still busy with what was written last: who answered too early, said what is not so. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const suddenPowerLoss = defineScenario({
  name: 'sudden-power-loss',
  claim:
    'When all servers lose power while their disks still write, every acknowledged write is there when they are back.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const faults = [2, 6, 10].flatMap((s) => {
      const atUs = secondsUs(s) + draw.below(1_000_000);
      const untilUs = atUs + draw.between(200_000, 1_000_000);
      const nodes = { of: 'servers' } as const;
      const delayUs = draw.between(100_000, 250_000);
      return [
        // Longer than the power is there, so that it never fails an idle disk.
        { kind: 'disk' as const, atUs: atUs - 600_000, untilUs, nodes, delayUs },
        { kind: 'crash' as const, atUs, untilUs, nodes },
      ];
    });
    return {
      shape: cluster({ servers: 3, clients: 6 }),
      faults,
      clients: kvOperations(draw.fork('operations'), {
        clients: 6,
        count: 150,
        pauseUs: 200_000,
        // So many that the last write of one is read before the next one comes.
        keys: 12,
        mix: { read: 5, write: 4 },
      }),
      durationUs: secondsUs(15),
      deadlineUs: 1_000_000,
    };
  },
});
