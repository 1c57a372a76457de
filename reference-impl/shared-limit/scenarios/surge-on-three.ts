/** A surge of five times the limit falls on three nodes, after some quiet, while messages get lost. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../../harness/spec.ts';

export const surgeOnThree = defineScenario({
  name: 'surge-on-three',
  claim:
    'When more is asked of three nodes than all together may admit, the others share what they saved, and all together admit the limit and its burst and no more, whatever is lost, repeated or crashed.',
  promises: ['rate-limit', 'tokens-conserved'],
  environments: ['simulation'],
  story(draw) {
    // One of three is as large as the requirement: 1,000 a second over 100 nodes.
    const instances = draw.pick([7, 7, 7, 97]);
    const clients = draw.between(20, 40);
    const shape = cluster({ servers: 3, services: [{ name: 'front', instances }], clients });
    const perSecond = 10 * nodeCount(shape);
    const burstSeconds = 2;
    const [quietUs, surgeUs] = [secondsUs(3), secondsUs(4)];
    const asked = (5 * perSecond * surgeUs) / secondsUs(1);
    const count = Math.min(400, Math.ceil(asked / clients));
    const hot = draw.shuffle(shape.nodes.map((_, id) => id)).slice(0, 3);
    const operations = drawOperations(
      draw.fork('operations'),
      { clients, count, pauseUs: Math.floor(surgeUs / count) },
      (d) => ({ f: 'take', key: 'limit', value: d.pick(hot) }),
    );
    const links = { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false } as const;
    const [atUs, untilUs] = [secondsUs(2), quietUs + surgeUs];
    return {
      shape,
      faults: [
        { kind: 'loss', atUs, untilUs, permille: draw.between(20, 150), links },
        { kind: 'duplicate', atUs, untilUs, permille: draw.between(50, 300), links },
        {
          kind: 'crash',
          atUs: quietUs + secondsUs(1),
          untilUs: quietUs + secondsUs(2),
          nodes: { of: 'node', node: draw.pick(hot) },
        },
      ],
      clients: operations.map((list) =>
        list.map((op, i) => (i === 0 ? { ...op, afterUs: op.afterUs + quietUs } : op)),
      ),
      durationUs: quietUs + surgeUs + secondsUs(2),
      // A client that waits for an answer that was lost asks nothing meanwhile.
      deadlineUs: secondsUs(1) / 5,
      extra: { rateLimit: { perSecond, burstSeconds } },
    };
  },
});
