/** Some sets of a service are planned wrong whenever they are planned: no proxy is to take them. */
import { defineScenario, drawOperations, secondsUs, sideBySide } from '../../../harness/spec.ts';
import type { Json, Prng } from '../../../harness/spec.ts';
import { callsFor, meshShape } from './shape.ts';

const clients = 2;
const sets: Readonly<Record<string, Readonly<Record<string, Json>>>> = {
  a: {},
  b: {},
  light: { weight: 0 },
  hasty: { connectMs: 0 },
};

export const wrongRoutes = defineScenario({
  name: 'wrong-routes',
  claim:
    'A route or a cluster that cannot work is refused by each proxy, which goes on with what it has.',
  promises: ['wrong-refused', 'refused-kept-back', 'mesh-goes-on', 'xds-order'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const changesUs = secondsUs(20);
    const crashUs = secondsUs(draw.between(4, 12));
    return {
      shape: meshShape({ servers: 1, backs: draw.between(2, 4), clients: 2 * clients }),
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(2),
          nodes: { of: 'service', service: 'front' },
        },
      ],
      clients: sideBySide(
        drawOperations(
          draw.fork('config'),
          { clients, count: 15, pauseUs: secondsUs(1.2) },
          change,
        ),
        callsFor(draw.fork('calls'), clients, changesUs),
      ),
      durationUs: changesUs + secondsUs(20),
      deadlineUs: secondsUs(1),
      extra: { modes: false, trafficUs: 200_000, xds: {} },
    };
  },
});

function change(draw: Prng): { f: string; key: string; value: Json } {
  const set = draw.pick(Object.keys(sets));
  return { f: 'write', key: 'config/mesh/routes/back', value: { set, ...sets[set] } };
}
