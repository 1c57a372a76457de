/** A program fails each other look, is of no use for a while, passes each other look, and is well again. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

const [servers, fronts, backs] = [3, 1, 3];

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
      shape: cluster({
        servers,
        services: [
          { name: 'front', instances: fronts, calls: ['back'] },
          { name: 'back', instances: backs },
        ],
        clients: 1,
      }),
      faults: [
        {
          kind: 'crash',
          atUs: secondsUs(draw.between(20, 90)),
          untilUs: secondsUs(91),
          nodes: { of: 'leader' },
        },
      ],
      clients: kvOperations(draw.fork('keys'), {
        clients: 1,
        count: 40,
        pauseUs: secondsUs(3),
        keys: 1,
        mix: { read: 1, write: 1 },
      }),
      durationUs: secondsUs(125),
      extra: {
        modes: false,
        generation: 'intent',
        breaker: { failureThreshold: 1_000_000 },
        trafficUs: 200_000,
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
