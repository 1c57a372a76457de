/** The registry is gone for more than five minutes: everybody falls to the Floor, and comes back. */
import {
  cluster,
  defineScenario,
  interleave,
  kvOperations,
  minutesUs,
  requestOperations,
  secondsUs,
} from '../../../harness/spec.ts';

export const registryLost = defineScenario({
  name: 'registry-lost',
  claim:
    'When services cannot reach the registry for more than five minutes they go to the Floor and keep serving from their static lists; afterwards they return to Target through Recovery only.',
  promises: [
    'mode-transitions',
    'mode-behaviours',
    'recovery-order',
    'discovery',
    'config-converges',
    'copies-advance',
    'copies-agree',
    'evidence-lifetime',
    'evidence-freshness',
    'lease-lifetime',
    'linearizable',
    'election-safety',
  ],
  story(draw, policyUs) {
    const shape = cluster({
      servers: 3,
      services: [
        { name: 'front', instances: 2, calls: ['back'] },
        { name: 'back', instances: 2 },
      ],
      clients: 2,
      // On the Floor each front keeps to the back of its own zone.
      zones: 2,
    });
    const atUs = policyUs(secondsUs(60));
    const untilUs = atUs + policyUs(minutesUs(7));
    const durationUs = untilUs + policyUs(minutesUs(9));
    const pauseUs = policyUs(secondsUs(4));
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs,
          links: { from: { of: 'servers' }, to: { of: 'role', role: 'service' }, bothWays: true },
        },
      ],
      clients: interleave(
        requestOperations(draw.fork('requests'), {
          clients: 2,
          count: Math.floor(durationUs / pauseUs / 2),
          pauseUs,
          services: ['front', 'back'],
        }),
        // Configuration goes on changing while the services cannot hear of it.
        kvOperations(draw.fork('config'), {
          clients: 2,
          count: 40,
          pauseUs,
          keys: 3,
          mix: { read: 1, write: 2 },
          prefix: 'config/',
        }),
      ),
      durationUs,
      extra: { trafficUs: pauseUs },
    };
  },
});
