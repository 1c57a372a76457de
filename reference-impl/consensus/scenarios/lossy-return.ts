/** A server is cut off until the log that it needs is gone, and comes back over links that lose messages. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';

export const lossyReturn = defineScenario({
  name: 'lossy-return',
  claim:
    'When a server comes back for a snapshot over links that lose a part of it, it has caught up soon after the links are well again.',
  promises: ['catches-up', 'linearizable', 'log-matching', 'state-agrees'],
  story(draw) {
    const servers = 3;
    const all = { of: 'servers' as const };
    const faults: Fault[] = [];
    let atUs = secondsUs(1);
    for (let round = 0; round < 2; round++) {
      const away = { of: 'node' as const, node: draw.below(servers) };
      const backUs = atUs + draw.between(1_500_000, 2_500_000);
      const wellUs = backUs + draw.between(200_000, 1_000_000);
      faults.push(
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: backUs,
          links: { from: away, to: all, bothWays: true },
        },
        {
          kind: 'loss',
          atUs: backUs - 100_000,
          untilUs: wellUs,
          permille: draw.between(100, 400),
          links: { from: all, to: all, bothWays: false },
        },
      );
      atUs = wellUs + secondsUs(6);
    }
    return {
      shape: cluster({ servers, clients: 4 }),
      faults,
      clients: kvOperations(draw.fork('operations'), {
        clients: 4,
        count: 300,
        pauseUs: 60_000,
        keys: 20,
        mix: { read: 1, write: 4 },
      }),
      durationUs: atUs,
      deadlineUs: secondsUs(1),
      extra: { snapshotBytes: 2_000 },
    };
  },
});
