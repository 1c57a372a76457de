/** Configuration changes everywhere, and hardly anything goes wrong. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../../harness/spec.ts';

export const newsInRegions = defineScenario({
  name: 'news-in-regions',
  claim:
    'A change is at once in all copies of the region in which it was made, and within a minute in all others.',
  promises: ['news-near', 'regions-converge', 'conflicts-alike'],
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [{ name: 'app', instances: draw.pick([6, 9]) }],
      zones: 3,
      clients: 3,
    });
    const crashUs = secondsUs(draw.between(5, 15));
    return {
      shape,
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(3),
          nodes: { of: 'node', node: draw.below(nodeCount(shape)) },
        },
      ],
      clients: drawOperations(
        draw.fork('changes'),
        { clients: 3, count: 40, pauseUs: 400_000 },
        (d, id) => {
          const at = d.below(nodeCount(shape));
          const key = `region/${d.below(8)}`;
          return d.below(4) === 0
            ? { f: 'delete-regional', key, value: { at } }
            : { f: 'put-regional', key, value: { at, set: `value ${id}` } };
        },
      ),
      durationUs: secondsUs(100),
      deadlineUs: secondsUs(1),
      extra: { modes: false, regionConfig: {} },
    };
  },
});
