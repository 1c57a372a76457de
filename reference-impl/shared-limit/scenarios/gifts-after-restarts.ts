/** Nodes are restarted one after the other, and calls go to those that were not. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../../harness/spec.ts';

export const giftsAfterRestarts = defineScenario({
  name: 'gifts-after-restarts',
  claim:
    'What a node gives its neighbours after it was restarted is taken, as what it gave before was.',
  promises: ['gifts-arrive', 'tokens-conserved', 'rate-limit'],
  environments: ['simulation'],
  story(draw) {
    const clients = 8;
    const instances = draw.between(2, 4);
    const shape = cluster({ servers: 1, services: [{ name: 'front', instances }], clients });
    const perSecond = 10 * nodeCount(shape);
    const [hot = 0, ...others] = draw.shuffle(shape.nodes.map((_, id) => id));
    const [count, pauseUs] = [150, 100_000];
    return {
      shape,
      faults: others.slice(0, 2).map((node, i) => {
        const atUs = secondsUs(5 + 4 * i) + draw.below(secondsUs(1));
        const untilUs = atUs + secondsUs(1);
        return { kind: 'crash', atUs, untilUs, nodes: { of: 'node', node } };
      }),
      clients: drawOperations(draw.fork('operations'), { clients, count, pauseUs }, () => ({
        f: 'take',
        key: 'limit',
        value: hot,
      })),
      durationUs: secondsUs(18),
      deadlineUs: secondsUs(1) / 5,
      extra: { modes: false, rateLimit: { perSecond, burstSeconds: 2 } },
    };
  },
});
