/** A region is cut off, with the clients in it; limits travel by consensus, log levels by gossip. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../harness/spec.ts';
import type { Prng, Shape } from '../../harness/spec.ts';

const regions = 3;
const clients = 6;

/** The rule of `config/log/` comes after a narrower one: it is the longest prefix that counts, not the place. */
const rules = [
  { prefix: 'config/', path: 'consensus' },
  { prefix: 'config/log/audit/', path: 'consensus' },
  { prefix: 'config/log/', path: 'gossip' },
];

export const pathByKey = defineScenario({
  name: 'path-by-key',
  claim:
    'While a region is cut off, log levels are set and read in it as before, and become the same everywhere afterwards; limits, and what is audited, are read nowhere as they no longer are.',
  promises: ['consensus-keys-current', 'gossip-keys-taken', 'regions-converge', 'conflicts-alike'],
  environments: ['simulation'],
  successesMin: 60,
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [{ name: 'app', instances: 6 }],
      zones: regions,
      clients,
    });
    const cut = draw.below(regions);
    const inside = membersOf(shape, cut);
    const everybody = Array.from({ length: nodeCount(shape) + clients }, (_, i) => i);
    const cutUs = secondsUs(draw.between(6, 10));
    const crashUs = secondsUs(draw.between(40, 44));
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(draw.between(18, 22)),
          links: {
            from: { of: 'nodes', nodes: inside },
            to: { of: 'nodes', nodes: everybody.filter((n) => !inside.includes(n)) },
            bothWays: true,
          },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(3),
          nodes: { of: 'leader' },
        },
      ],
      clients: drawOperations(
        draw.fork('configuration'),
        { clients, count: 90, pauseUs: 700_000 },
        (d, id) => {
          const at = d.pick(nodesOf(shape, (id % clients) % regions));
          const key = keyOf(d);
          return d.below(2) === 0
            ? { f: 'get-config', key, value: { at } }
            : { f: 'put-config', key, value: { at, set: `value ${id}` } };
        },
      ),
      durationUs: secondsUs(125),
      deadlineUs: secondsUs(2),
      extra: { modes: false, regionConfig: {}, configPaths: { rules } },
    };
  },
});

/** Few keys of each kind: then each is changed often. The last is one of which no rule speaks. */
function keyOf(d: Prng): string {
  const kinds = ['config/limits/', 'config/log/', 'config/log/', 'config/log/audit/', 'roles/'];
  return `${d.pick(kinds)}${d.below(2)}`;
}

function nodesOf({ nodes }: Shape, region: number): number[] {
  return nodes.flatMap(({ zone }, i) => (zone === `zone-${region}` ? [i] : []));
}

/** Its nodes, and every third client. */
function membersOf(shape: Shape, region: number): number[] {
  const own = Array.from({ length: clients }, (_, c) => c).filter((c) => c % regions === region);
  return [...nodesOf(shape, region), ...own.map((c) => nodeCount(shape) + c)];
}
