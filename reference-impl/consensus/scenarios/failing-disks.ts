/** Syncs fail on one server after another, and servers crash: whoever went on after a failed sync has lost it. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';

export const failingDisks = defineScenario({
  name: 'failing-disks',
  claim:
    'When syncs fail, the disk is full, or power fails, a server stops or waits, and nothing that was acknowledged is lost.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  effective: 'any',
  successesMin: 1,
  story(draw) {
    const shape = cluster({ servers: 3, clients: 3 });
    const faults: Fault[] = [];
    for (let round = 0; round < 8; round++) {
      const atUs = secondsUs(1 + 2 * round);
      const [first = 0, second = 1, third = 2] = draw.shuffle([0, 1, 2]);
      const node = (n: number) => ({ of: 'node' as const, node: n });
      const failsUs = draw.between(50_000, 600_000);
      faults.push({ kind: 'disk-failure', atUs, untilUs: atUs + failsUs, nodes: node(first) });
      const fullUs = atUs + draw.between(0, 300_000);
      faults.push({
        kind: 'disk-full',
        atUs: fullUs,
        untilUs: fullUs + draw.between(100_000, 500_000),
        nodes: node(second),
      });
      // Of a majority what is not on disks is gone.
      const offUs = atUs + failsUs + draw.between(1_000, 400_000);
      const nodes = { of: 'nodes' as const, nodes: [first, draw.pick([second, third])] };
      faults.push({ kind: 'crash', atUs: offUs, untilUs: offUs + 50_000, nodes });
    }
    return {
      shape,
      faults: faults.sort((a, b) => a.atUs - b.atUs),
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 110,
        pauseUs: 100_000,
        keys: 2,
        mix: { read: 4, write: 4, cas: 2 },
      }),
      durationUs: secondsUs(20),
    };
  },
});
