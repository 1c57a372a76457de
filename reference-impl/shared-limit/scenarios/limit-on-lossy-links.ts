/** More is asked of two nodes than they have, so that they pass calls on, and many of the answers are lost; then all is quiet. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../../harness/spec.ts';

export const limitOnLossyLinks = defineScenario({
  name: 'limit-on-lossy-links',
  claim:
    'A call that was passed on to a neighbour ends soon, also when its answer is lost, and nothing is kept of it.',
  promises: ['nothing-kept', 'rate-limit'],
  environments: ['simulation'],
  story(draw) {
    const [clients, count, pauseUs] = [30, 80, 50_000];
    const shape = cluster({ servers: 1, services: [{ name: 'front', instances: 4 }], clients });
    const hot = draw.shuffle(shape.nodes.map((_, id) => id)).slice(0, 2);
    const [fromUs, lastsUs] = [secondsUs(3), count * pauseUs];
    return {
      shape,
      faults: [
        {
          kind: 'loss',
          atUs: fromUs,
          untilUs: fromUs + lastsUs,
          permille: draw.between(100, 250),
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
      ],
      clients: drawOperations(draw.fork('operations'), { clients, count, pauseUs }, (d) => ({
        f: 'take',
        key: 'limit',
        value: d.pick(hot),
      })).map((list) =>
        list.map((op, i) => (i === 0 ? { ...op, afterUs: op.afterUs + fromUs } : op)),
      ),
      durationUs: fromUs + 3 * lastsUs,
      deadlineUs: secondsUs(1) / 5,
      extra: {
        modes: false,
        meterUs: secondsUs(1),
        rateLimit: { perSecond: 20 * nodeCount(shape), burstSeconds: 2 },
      },
    };
  },
});
