/** Writes land in the place of earlier ones, and their servers crash: a sum that is right proves nothing of a place. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';

export const misdirectedWrites = defineScenario({
  name: 'misdirected-writes',
  claim:
    'A server that finds a record of another place in its log does not start before its disk is sound; nothing that was acknowledged is lost or invented.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  effective: 'any',
  successesMin: 1,
  story(draw) {
    const shape = cluster({ servers: 3, clients: 3 });
    const faults: Fault[] = [];
    const first = draw.below(3);
    for (let round = 0; round < 7; round++) {
      const atUs = secondsUs(1 + 3 * round);
      // In turn, so that it comes to the leader, whoever leads.
      const nodes = { of: 'node' as const, node: (first + round) % 3 };
      const offUs = atUs + draw.between(100_000, 400_000);
      const backUs = offUs + draw.between(10_000, 300_000);
      // Until some time after the start.
      const untilUs = backUs + draw.between(200_000, 1_000_000);
      faults.push({ kind: 'disk-misdirected', atUs, untilUs, nodes });
      faults.push({ kind: 'crash', atUs: offUs, untilUs: backUs, nodes });
    }
    return {
      shape,
      faults: faults.sort((a, b) => a.atUs - b.atUs),
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 180,
        pauseUs: 100_000,
        keys: 2,
        mix: { read: 4, write: 4, cas: 2 },
      }),
      durationUs: secondsUs(28),
    };
  },
});
