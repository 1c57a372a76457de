/** Instances of any registry that come while nobody leads, and stay for longer than that lasts. */
import { cluster, defineScenario, registryOperations, secondsUs } from '../harness/index.ts';

export const registryWithoutLeader = defineScenario({
  name: 'registry-without-leader',
  claim: 'Whoever was told that it is registered is found, also when nobody led at that time.',
  promises: ['registered-found', 'ended-not-found'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  effective: 'any',
  successesMin: 50,
  story(draw) {
    const [instances, seekers] = [6, 3];
    const deaths = [4, 18].map((s) => secondsUs(s) + draw.below(1_000_000));
    return {
      shape: cluster({ servers: 3, clients: instances + seekers }),
      faults: deaths.map((atUs) => {
        const nodes = { of: 'leader' } as const;
        return { kind: 'crash', atUs, untilUs: atUs + secondsUs(8), nodes };
      }),
      clients: registryOperations(draw.fork('operations'), {
        instances,
        seekers,
        count: 4,
        // Longer than any product needs to elect another.
        renewals: 14,
        lookups: 250,
        services: 1,
        ttlUs: secondsUs(2),
        holdUs: 400_000,
        pauseUs: 60_000,
      }),
      durationUs: secondsUs(30),
      deadlineUs: 1_500_000,
    };
  },
});
