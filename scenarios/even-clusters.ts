/** Clusters of two, four and six servers: half of them is no majority. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';
import type { Fault, NodeTarget } from '../harness/index.ts';

export const evenClusters = defineScenario({
  name: 'even-clusters',
  claim:
    'When a cluster of an even number of servers is cut in two halves, or loses half of them, nothing is decided until a majority is together again.',
  promises: [
    'linearizable',
    'definite-failures',
    'election-safety',
    'log-matching',
    'leader-completeness',
  ],
  effective: 'any',
  story(draw) {
    const servers = draw.pick([2, 4, 4, 6]);
    const clients = 6;
    const shape = cluster({ servers, clients });
    const node = (ids: readonly number[]): NodeTarget => ({ of: 'nodes', nodes: ids });
    const faults: Fault[] = [];
    const calmUs = secondsUs(13);
    for (let atUs = secondsUs(1); atUs < calmUs; atUs += draw.between(800_000, 2_500_000)) {
      const untilUs = atUs + draw.between(600_000, 1_500_000);
      const order = draw.shuffle([...shape.nodes.keys()]);
      const half = order.slice(0, servers >> 1);
      const rest = order.slice(servers >> 1);
      if (draw.chance(350)) {
        faults.push({ kind: 'crash', atUs, untilUs, nodes: node(half) });
      } else {
        // Each half keeps some of the clients.
        const own = Array.from({ length: clients }, (_, c) => servers + c);
        const links = (from: readonly number[], to: readonly number[]): Fault => ({
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs,
          links: { from: node(from), to: node(to), bothWays: true },
        });
        faults.push(
          links([...half, ...own.slice(0, clients >> 1)], [...rest, ...own.slice(clients >> 1)]),
        );
      }
    }
    return {
      shape,
      faults,
      clients: kvOperations(draw.fork('operations'), {
        clients,
        count: 200,
        pauseUs: 40_000,
        keys: 2,
        mix: { read: 5, write: 3, cas: 1 },
      }),
      durationUs: calmUs + secondsUs(4),
      deadlineUs: secondsUs(1),
    };
  },
});
