/** Configuration changes in all regions while one is cut off, and some changes are of the same key. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../harness/spec.ts';
import type { Operation, Prng, Story } from '../../harness/spec.ts';

const regions = 3;

export const regionCut = defineScenario({
  name: 'region-cut',
  claim:
    'While a region is cut off every region goes on to change its configuration; a minute after the cut at the latest all have the same, and of changes in conflict the same one was kept everywhere.',
  promises: ['regions-converge', 'conflicts-alike'],
  environments: ['simulation'],
  story: (draw) =>
    story(draw, (d, id, at) =>
      d.below(4) === 0
        ? { f: 'get-regional', value: { at } }
        : { f: 'put-regional', value: { at, set: `value ${id}` } },
    ),
});

export const regionDeletes = defineScenario({
  name: 'region-deletes',
  claim:
    'A key that is deleted while a region is cut off, and some node is down, does not come back by what they still hold.',
  promises: ['deleted-stays-gone', 'regions-converge', 'conflicts-alike'],
  environments: ['simulation'],
  story: (draw) =>
    story(draw, (d, id, at) =>
      d.below(3) === 0
        ? { f: 'delete-regional', value: { at } }
        : { f: 'put-regional', value: { at, set: `value ${id}` } },
    ),
});

type Change = Pick<Operation, 'f' | 'value'>;

function story(draw: Prng, drawn: (d: Prng, id: number, at: number) => Change): Story {
  const shape = cluster({
    servers: 3,
    services: [{ name: 'app', instances: 9 }],
    zones: regions,
    clients: 3,
  });
  const cutUs = secondsUs(draw.between(5, 15));
  const untilUs = cutUs + secondsUs(draw.between(25, 35));
  const cut = draw.below(regions);
  const away = shape.nodes.flatMap(({ zone }, i) => (zone === `zone-${cut}` ? [] : [i]));
  const everyone = { of: 'everyone' } as const;
  const crashUs = secondsUs(draw.between(20, 40));
  return {
    shape,
    faults: [
      {
        kind: 'partition',
        mode: 'drop',
        atUs: cutUs,
        untilUs,
        links: {
          from: { of: 'zone', zone: `zone-${cut}` },
          to: { of: 'nodes', nodes: away },
          bothWays: true,
        },
      },
      {
        kind: 'loss',
        atUs: secondsUs(1),
        untilUs: secondsUs(50),
        permille: draw.between(10, 100),
        links: { from: everyone, to: everyone, bothWays: false },
      },
      {
        kind: 'crash',
        atUs: crashUs,
        untilUs: crashUs + secondsUs(5),
        nodes: { of: 'node', node: draw.below(nodeCount(shape)) },
      },
    ],
    clients: drawOperations(
      draw.fork('changes'),
      { clients: 3, count: 60, pauseUs: secondsUs(1) },
      (d, id) => {
        const at = d.below(nodeCount(shape));
        return { key: `region/${d.below(8)}`, ...drawn(d, id, at) };
      },
    ),
    durationUs: secondsUs(125),
    deadlineUs: secondsUs(1),
    extra: { modes: false, regionConfig: {} },
  };
}
