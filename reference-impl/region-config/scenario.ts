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

export const regionForgets = defineScenario({
  name: 'region-forgets',
  claim:
    'A deletion that every copy knows of is forgotten, and its key does not come back by what a region that was cut off, a node that was down or a message that was held up still says.',
  promises: ['deletions-forgotten', 'deleted-stays-gone', 'regions-converge', 'conflicts-alike'],
  environments: ['simulation'],
  story(draw) {
    const { shape, ...rest } = story(
      draw,
      (d, id, at) =>
        d.below(3) === 0
          ? { f: 'delete-regional', value: { at } }
          : { f: 'put-regional', value: { at, set: `value ${id}` } },
      { cutAfterUs: secondsUs(60), keys: 60, count: 90 },
    );
    // Two of one region: what the one hears it tells the other, and that is told by others, too.
    const zone = `zone-${draw.below(regions)}`;
    const near = shape.nodes.flatMap((n, node) => (n.zone === zone ? [node] : []));
    const [from = 0, to = 0] = draw.shuffle(near);
    return {
      ...rest,
      shape,
      faults: [
        ...rest.faults,
        {
          kind: 'partition',
          mode: 'stall',
          atUs: secondsUs(draw.between(3, 8)),
          untilUs: secondsUs(draw.between(50, 60)),
          links: {
            from: { of: 'node', node: from },
            to: { of: 'node', node: to },
            bothWays: false,
          },
        },
      ],
      durationUs: secondsUs(190),
      extra: { modes: false, regionConfig: { forgetsDeletions: true } },
    };
  },
});

type Change = Pick<Operation, 'f' | 'value'>;

function story(
  draw: Prng,
  drawn: (d: Prng, id: number, at: number) => Change,
  { cutAfterUs = 0, keys = 8, count = 60 } = {},
): Story {
  const shape = cluster({
    servers: 3,
    services: [{ name: 'app', instances: 9 }],
    zones: regions,
    clients: 3,
  });
  const cutUs = cutAfterUs + secondsUs(draw.between(5, 15));
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
      { clients: 3, count, pauseUs: secondsUs(1) },
      (d, id) => {
        const at = d.below(nodeCount(shape));
        return { key: `region/${d.below(keys)}`, ...drawn(d, id, at) };
      },
    ),
    durationUs: secondsUs(125),
    deadlineUs: secondsUs(1),
    extra: { modes: false, regionConfig: {} },
  };
}
