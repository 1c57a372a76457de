/** Servers with slow disks die and are back at once, again and again, in the middle of elections. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';
import type { Fault, NodeTarget } from '../harness/index.ts';

export const quickRestarts = defineScenario({
  name: 'quick-restarts',
  claim:
    'A server that dies between what it decided and what its disk knows has said nothing of it to anybody, whenever that is.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  // A process killed for real loses none of what the system has buffered for its disk.
  environments: ['simulation'],
  story(draw) {
    const servers = draw.pick([3, 3, 4, 5]);
    const shape = cluster({ servers, clients: 4 });
    const everyServer: NodeTarget = { of: 'servers' };
    const calmUs = secondsUs(14);
    const faults: Fault[] = [];
    // Longer than a message takes: most crashes come between the decision and the disk.
    for (let atUs = 0; atUs < calmUs; atUs += secondsUs(2)) {
      const nodes = draw.pick<NodeTarget>([everyServer, { of: 'leader' }, { of: 'follower' }]);
      const delayUs = draw.between(8_000, 150_000);
      faults.push({ kind: 'disk', atUs, untilUs: atUs + secondsUs(2), nodes, delayUs });
    }
    // Links about as slow as elections are patient: several candidates stand in one term.
    if (draw.chance(500)) {
      const delayUs = draw.between(20_000, 90_000);
      const links = { from: everyServer, to: everyServer, bothWays: false };
      faults.push({ kind: 'latency', atUs: 0, untilUs: calmUs, delayUs, jitterUs: delayUs, links });
    }
    for (let atUs = 300_000; atUs < calmUs; atUs += draw.between(50_000, 600_000)) {
      const nodes: NodeTarget = draw.chance(400)
        ? { of: 'leader' }
        : {
            of: 'nodes',
            nodes: draw.shuffle([...shape.nodes.keys()]).slice(0, draw.between(1, 2)),
          };
      faults.push({ kind: 'crash', atUs, untilUs: atUs + draw.between(1_000, 200_000), nodes });
    }
    return {
      shape,
      faults,
      clients: kvOperations(draw.fork('operations'), {
        clients: 4,
        count: 200,
        pauseUs: 30_000,
        keys: 2,
        mix: { read: 3, write: 5, cas: 1 },
      }),
      durationUs: calmUs + secondsUs(4),
    };
  },
});
