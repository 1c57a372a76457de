/** A program fails each other look, is of no use for a while, passes each other look, and is well again. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import { lookers, probedCluster, registryAlone, servers } from './probed.ts';

const [fronts, backs] = [1, 3];

export const flappingProgram = defineScenario({
  name: 'flapping-program',
  claim:
    'A program that fails a look now and then stays where it is; one that passes a look now and then does not come back for it.',
  promises: ['looks-in-a-row', 'unready-spared'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const lameNode = servers + fronts + draw.below(backs);
    const wanted = draw.between(2, 4);
    const everyUs = secondsUs(2);
    return {
      shape: probedCluster(fronts, backs),
      faults: [
        {
          kind: 'crash',
          atUs: secondsUs(draw.between(20, 90)),
          untilUs: secondsUs(91),
          nodes: { of: 'leader' },
        },
      ],
      clients: lookers(draw, 40),
      durationUs: secondsUs(125),
      extra: {
        ...registryAlone,
        probes: {
          everyUs,
          readyFailures: wanted,
          readySuccesses: wanted,
          lameNode,
          lameAtUs: secondsUs(45),
          lameForUs: secondsUs(20),
          flapForUs: secondsUs(30),
          // One look less than are wanted, and some that end otherwise.
          flapTurnUs: 2 * wanted * everyUs,
          flapOtherUs: (wanted - 1) * everyUs - secondsUs(0.1),
        },
      },
    };
  },
});
