/** Records are damaged, tails torn and disks unreadable when servers start: none of it may be believed. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';

export const damagedDisks = defineScenario({
  name: 'damaged-disks',
  claim:
    'A server that finds its log damaged does not start; one whose tail is torn cuts it off; nothing that was acknowledged is lost or invented.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  effective: 'any',
  successesMin: 1,
  story(draw) {
    const shape = cluster({ servers: 3, clients: 3 });
    const faults: Fault[] = [];
    for (let round = 0; round < 8; round++) {
      const atUs = secondsUs(1 + 3 * round);
      const nodes = { of: 'node' as const, node: draw.below(3) };
      const kind = draw.pick(['disk-rot', 'disk-rot', 'disk-torn', 'disk-unreadable'] as const);
      const offUs = atUs + draw.between(1_000, 300_000);
      const backUs = offUs + draw.between(10_000, 500_000);
      // Damaged from before the crash until some time after the start.
      const untilUs = backUs + draw.between(200_000, 1_000_000);
      faults.push({ kind, atUs, untilUs, nodes });
      faults.push({ kind: 'crash', atUs: offUs, untilUs: backUs, nodes });
    }
    return {
      shape,
      faults: faults.sort((a, b) => a.atUs - b.atUs),
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 150,
        pauseUs: 100_000,
        keys: 2,
        mix: { read: 4, write: 4, cas: 2 },
      }),
      durationUs: secondsUs(28),
    };
  },
});
