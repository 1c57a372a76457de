/** One instance after the other is stopped cleanly and started again, under load. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import { callsFor, meshShape } from './shape.ts';

const servers = 3;
const clients = 3;
/** Stopped, gone for a while, up and registered again. */
const turnUs = secondsUs(8);

export const rollingDeploy = defineScenario({
  name: 'rolling-deploy',
  claim:
    'When each instance in turn drains, stops and is started again, no call is sent to it from when its callers know, and none after it has stopped.',
  promises: ['draining-spared', 'mesh-goes-on', 'mesh-converges', 'xds-order'],
  story(draw) {
    const backs = draw.between(2, 3);
    const turns = draw.shuffle(Array.from({ length: backs + 2 }, (_, i) => servers + i));
    const durationUs = secondsUs(4) + turns.length * turnUs;
    return {
      shape: meshShape({ servers, backs, clients }),
      faults: turns.map((node, i) => {
        const atUs = secondsUs(3) + i * turnUs + draw.below(500_000);
        const nodes = { of: 'node' as const, node };
        return { kind: 'crash' as const, clean: true, atUs, untilUs: atUs + secondsUs(4), nodes };
      }),
      clients: callsFor(draw.fork('calls'), clients, durationUs),
      durationUs: durationUs + secondsUs(14),
      deadlineUs: secondsUs(1),
      extra: { modes: false, trafficUs: 50_000, xds: {} },
    };
  },
});
