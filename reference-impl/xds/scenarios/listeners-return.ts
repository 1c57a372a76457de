/** A service is taken out of the mesh and comes back as it was: whoever called it forgets its route, and needs it again. */
import { defineScenario, secondsUs, sideBySide } from '../../../harness/spec.ts';
import type { Operation, Prng } from '../../../harness/spec.ts';
import { callsFor, meshShape } from './shape.ts';

const prefix = 'config/mesh/routes/';
const servers = 3;
const clients = 2;
const changesUs = secondsUs(20);

export const listenersReturn = defineScenario({
  name: 'listeners-return',
  claim:
    'When services are taken out of the mesh and come back, each proxy whose listener is back has its route again.',
  promises: ['mesh-converges', 'xds-order'],
  environments: ['simulation'],
  story(draw) {
    const atUs = secondsUs(draw.between(2, 6));
    return {
      shape: meshShape({ servers, backs: 2, clients }),
      faults: [
        {
          kind: 'loss',
          atUs,
          untilUs: atUs + secondsUs(6),
          permille: draw.between(20, 100),
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
      ],
      clients: sideBySide(
        [changes(draw.fork('config'))],
        callsFor(draw.fork('calls'), clients - 1, changesUs),
      ),
      durationUs: changesUs + secondsUs(18),
      deadlineUs: secondsUs(1),
      extra: { modes: false, trafficUs: 200_000, xds: {} },
    };
  },
});

/** Both services are there at first; then one or the other goes or comes back, as it was. */
function changes(draw: Prng): Operation[] {
  return Array.from({ length: 24 }, (_, id): Operation => {
    const service = ['front', 'back'][id] ?? draw.pick(['front', 'back']);
    const value = { set: 'a', isOff: id > 1 && draw.chance(500) };
    return { id, afterUs: draw.below(1_600_000), f: 'write', key: `${prefix}${service}`, value };
  });
}
