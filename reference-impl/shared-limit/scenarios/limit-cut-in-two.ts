/** Two nodes of each half are asked for all that their half may admit, twice over, while the halves are cut. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../../harness/spec.ts';

export const limitCutInTwo = defineScenario({
  name: 'limit-cut-in-two',
  claim:
    'While a cluster is cut in two, both halves together admit the limit and its burst and no more, and each half uses up its own part although all calls come to two of its nodes.',
  promises: ['rate-limit', 'tokens-conserved', 'limit-used'],
  environments: ['simulation'],
  story(draw) {
    const clients = 40;
    const instances = draw.pick([17, 27, 37]);
    const shape = cluster({ servers: 3, services: [{ name: 'front', instances }], clients });
    const nodes = draw.shuffle(Array.from({ length: nodeCount(shape) }, (_, id) => id));
    const half = Math.floor(nodes.length / 2);
    const [left, right] = [nodes.slice(0, half), nodes.slice(half)];
    const hot = [left[0], left[1], right[0], right[1]] as number[];
    const perSecond = 10 * nodes.length;
    const [fromUs, lastsUs] = [secondsUs(3), secondsUs(10)];
    const count = Math.ceil((3 * perSecond * lastsUs) / secondsUs(1) / clients);
    const operations = drawOperations(
      draw.fork('operations'),
      { clients, count, pauseUs: Math.floor(lastsUs / count) },
      (d) => ({ f: 'take', key: 'limit', value: d.pick(hot) }),
    );
    const atUs = secondsUs(5) + draw.below(secondsUs(1));
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: atUs + secondsUs(4) + draw.below(secondsUs(1)),
          links: {
            from: { of: 'nodes', nodes: left },
            to: { of: 'nodes', nodes: right },
            bothWays: true,
          },
        },
      ],
      clients: operations.map((list) =>
        list.map((op, i) => (i === 0 ? { ...op, afterUs: op.afterUs + fromUs } : op)),
      ),
      durationUs: fromUs + lastsUs + secondsUs(2),
      deadlineUs: secondsUs(1) / 5,
      extra: { modes: false, rateLimit: { perSecond, burstSeconds: 2 } },
    };
  },
});
