/** A leader loses the other servers, but not all its clients, who keep asking while another is elected. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';
import type { Fault, NodeTarget } from '../harness/index.ts';

/** Clients that keep reading from the old leader, and clients that have lost it before the others did. */
const [near, far] = [2, 3];

export const cutOffLeader = defineScenario({
  name: 'cut-off-leader',
  claim:
    'While a leader that is cut off from the other servers does not know it yet, it answers no read that its successor has made stale.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const shape = cluster({ servers: 3, clients: near + far });
    const leader: NodeTarget = { of: 'leader' };
    const farClients: NodeTarget = {
      of: 'nodes',
      nodes: Array.from({ length: far }, (_, i) => shape.nodes.length + near + i),
    };
    const faults: Fault[] = [];
    for (let s = 1; s < 20; s += 3) {
      const atUs = secondsUs(s) + draw.below(500_000);
      const cutUs = atUs + draw.between(500_000, 1_000_000);
      const shared = { kind: 'partition', mode: 'drop', untilUs: cutUs + 600_000 } as const;
      const servers = { from: leader, to: { of: 'followers' }, bothWays: true } as const;
      faults.push(
        { ...shared, atUs, links: { from: leader, to: farClients, bothWays: true } },
        { ...shared, atUs: cutUs, links: servers },
      );
    }
    const operations = { clients: near + far, count: 400, pauseUs: 20_000, keys: 1 };
    const reading = kvOperations(draw.fork('near'), { ...operations, mix: { read: 9, write: 1 } });
    const writing = kvOperations(draw.fork('far'), { ...operations, mix: { read: 1, write: 3 } });
    return {
      shape,
      faults,
      clients: [...reading.slice(0, near), ...writing.slice(near)],
      durationUs: secondsUs(24),
    };
  },
});
