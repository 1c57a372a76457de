/** All control planes are gone for a while; the proxies go on with what they have. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import { callsFor, meshShape } from './shape.ts';

const clients = 2;

export const controlPlaneLost = defineScenario({
  name: 'control-plane-lost',
  claim:
    'While every control plane is lost, calls go on by the endpoints that each proxy accepted last, and all is as planned after it.',
  promises: ['mesh-goes-on', 'xds-order', 'mesh-converges', 'draining-spared'],
  story(draw) {
    const servers = 3;
    const atUs = secondsUs(draw.between(4, 6));
    const untilUs = atUs + secondsUs(draw.between(8, 14));
    return {
      shape: meshShape({ servers, backs: draw.between(2, 4), clients }),
      faults: [{ kind: 'crash', atUs, untilUs, nodes: { of: 'servers' } }],
      clients: callsFor(draw.fork('calls'), clients, untilUs + secondsUs(6)),
      durationUs: untilUs + secondsUs(18),
      deadlineUs: secondsUs(1),
      extra: { modes: false, trafficUs: 200_000, xds: {} },
    };
  },
});
