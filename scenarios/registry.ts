/** Instances come, renew, leave and fall silent in any system that has a registry, while its leader dies, stands still and is cut off. */
import { cluster, defineScenario, registryOperations, secondsUs } from '../harness/index.ts';
import { minorityThenPause } from './leader-troubles.ts';

export const registry = defineScenario({
  name: 'registry',
  claim:
    'Whatever happens to the servers, whoever is registered is found, and who has left or fallen silent is not.',
  promises: ['registered-found', 'ended-not-found'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  // One member alone has no minority.
  effective: 'any',
  successesMin: 50,
  story(draw) {
    const [instances, seekers] = [3, 3];
    const cutUs = secondsUs(10) + draw.below(1_000_000);
    const pauseUs = secondsUs(18) + draw.below(1_000_000);
    return {
      shape: cluster({ servers: 3, clients: instances + seekers }),
      faults: [
        { kind: 'crash', atUs: secondsUs(4), untilUs: secondsUs(6), nodes: { of: 'leader' } },
        ...minorityThenPause(draw, { cutUs, pauseUs }),
      ],
      clients: registryOperations(draw.fork('operations'), {
        instances,
        seekers,
        count: 30,
        renewals: 3,
        lookups: 300,
        services: 1,
        // No policy time: products know their TTL in whole seconds, and so does this story.
        ttlUs: secondsUs(2),
        holdUs: 300_000,
        pauseUs: 60_000,
      }),
      durationUs: secondsUs(30),
      deadlineUs: 1_500_000,
    };
  },
});
