/** Layers of three regions' worth of configuration change, while servers come and go. */
import {
  cluster,
  defineScenario,
  drawOperations,
  minutesUs,
  secondsUs,
} from '../../harness/spec.ts';
import type { Fault, Prng } from '../../harness/spec.ts';

const layers = [
  'global',
  'region:eu',
  'region:us',
  'zone:zone-0',
  'zone:zone-1',
  'service:front',
  'service:back',
  'instance:front-0',
];

export const layersChange = defineScenario({
  name: 'layers-change',
  claim:
    'Whatever layer is written or removed, in whatever order, and whoever is lost meanwhile, each node serves what the most specific of its own layers says, and its defaults where it knows nothing.',
  promises: ['layers-fold', 'config-converges', 'copies-advance', 'linearizable'],
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 2 },
        { name: 'back', instances: 3 },
      ],
      clients: 2,
      zones: 3,
    });
    const isLong = draw.chance(400);
    const operations = drawOperations(
      draw.fork('operations'),
      { clients: 2, count: 60, pauseUs: secondsUs(1) / 5 },
      (d, id) => ({
        f: d.chance(200) ? 'delete' : 'write',
        key: `config/${d.pick(['prod', 'prod', 'prod', 'dev'])}/${d.pick(layers)}/${d.pick(['timeout', 'limit', 'colour'])}`,
        value: id + 1,
      }),
    ).map((list) => list.map((o) => (o.f === 'delete' ? { ...o, value: null } : o)));
    return {
      shape,
      faults: [...brief(draw), ...(isLong ? lost() : [])],
      clients: operations,
      durationUs: isLong ? minutesUs(8) : secondsUs(60),
      extra: {
        layers: {
          regions: { eu: ['zone-0', 'zone-1'], us: ['zone-2'] },
          defaults: { timeout: 30, colour: 'grey' },
        },
      },
    };
  },
});

function brief(draw: Prng): Fault[] {
  const links = { from: { of: 'servers' }, to: { of: 'everyone' }, bothWays: false } as const;
  const crashUs = secondsUs(draw.between(3, 14));
  return [
    { kind: 'loss', atUs: secondsUs(2), untilUs: secondsUs(12), permille: 100, links },
    {
      kind: 'crash',
      atUs: crashUs,
      untilUs: crashUs + secondsUs(draw.between(1, 4)),
      nodes: draw.pick([{ of: 'leader' } as const, { of: 'node', node: 3 } as const]),
    },
  ];
}

/** All servers, for longer than a node waits before it comes to the Floor. */
function lost(): Fault[] {
  const atUs = secondsUs(40);
  return [{ kind: 'crash', atUs, untilUs: atUs + minutesUs(6), nodes: { of: 'servers' } }];
}
