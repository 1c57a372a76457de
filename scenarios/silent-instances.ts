/** Instances of any registry that stay for long, and then leave or fall silent, while nothing else happens. */
import { cluster, defineScenario, registryOperations, secondsUs } from '../harness/index.ts';

export const silentInstances = defineScenario({
  name: 'silent-instances',
  claim:
    'Whoever stays registered is found all the while, and whoever falls silent is not found for much longer than a lease.',
  promises: ['registered-found', 'ended-not-found'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 50,
  story(draw) {
    const [instances, seekers] = [6, 3];
    return {
      shape: cluster({ servers: 3, clients: instances + seekers }),
      faults: [],
      clients: registryOperations(draw.fork('operations'), {
        instances,
        seekers,
        count: 2,
        renewals: 8,
        lookups: 350,
        services: 1,
        // Longer than what any registry is allowed to be behind, twice over: see `RegistryBounds`.
        ttlUs: secondsUs(8),
        holdUs: 400_000,
        pauseUs: 90_000,
      }),
      durationUs: secondsUs(30),
      deadlineUs: 1_500_000,
    };
  },
});
