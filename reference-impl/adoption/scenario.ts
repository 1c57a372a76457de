/** One value after the other is deposited, one of them by nobody but a single node for a while; in the end none is. */
import { cluster, defineScenario, nodeCount, secondsUs } from '../../harness/spec.ts';
import type { Operation } from '../../harness/spec.ts';

const key = 'config/shared';

export const valuesAdopted = defineScenario({
  name: 'values-adopted',
  claim:
    'What one node deposits comes to be held by all, and only by majorities of neighbours; a single other voice does not turn them, and what nobody deposits any more is gone.',
  promises: ['adopted-by-majority', 'deposit-prevails', 'withdrawn-evaporates'],
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({
      servers: 1,
      services: [{ name: 'app', instances: 11 }],
      clients: 2,
    });
    const [a, b, c, dead] = draw.shuffle(shape.nodes.map((_, id) => id).slice(1));
    const at = (us: number): number => us + draw.below(secondsUs(1));
    const crashUs = at(secondsUs(20));
    const plan: readonly (readonly [number, string, number | undefined, string?])[] = [
      [at(secondsUs(2)), 'deposit-config', a, 'first'],
      [at(secondsUs(40)), 'withdraw-config', a],
      [at(secondsUs(41)), 'deposit-config', b, 'second'],
      // Somebody else for a while: too few, and then no more.
      [at(secondsUs(100)), 'deposit-config', c, 'third'],
      [at(secondsUs(115)), 'withdraw-config', c],
      [at(secondsUs(160)), 'withdraw-config', b],
    ];
    const operations = plan.map(([atUs, f, node, set], i): Operation => {
      const afterUs = atUs - (plan[i - 1]?.[0] ?? 0);
      return {
        id: i,
        afterUs,
        f,
        key,
        value: { at: node ?? 0, ...(set !== undefined && { set }) },
      };
    });
    const reads = Array.from({ length: 18 }, (_, i): Operation => ({
      id: plan.length + i,
      afterUs: secondsUs(12),
      f: 'adopted-config',
      key,
      value: { at: draw.below(nodeCount(shape)) },
    }));
    // Not to and from the clients: what they ask is asked once.
    const nodes = { of: 'nodes', nodes: shape.nodes.map((_, id) => id) } as const;
    return {
      shape,
      faults: [
        {
          kind: 'loss',
          atUs: secondsUs(1),
          untilUs: secondsUs(50),
          permille: draw.between(10, 100),
          links: { from: nodes, to: nodes, bothWays: false },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(5),
          nodes: { of: 'node', node: dead ?? nodeCount(shape) - 1 },
        },
      ],
      clients: [operations, reads],
      durationUs: secondsUs(240),
      deadlineUs: secondsUs(2),
      extra: { modes: false, gossip: false, adoption: {} },
    };
  },
});
