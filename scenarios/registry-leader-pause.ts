/** Instances of any registry that stay and renew, while its leader stands still for longer than their TTL, again and again. */
import { cluster, defineScenario, registryOperations, secondsUs } from '../harness/index.ts';

export const registryLeaderPause = defineScenario({
  name: 'registry-leader-pause',
  claim: 'Whoever renews in time is found, also when a leader that stood still goes on.',
  promises: ['registered-found', 'ended-not-found'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  effective: 'any',
  successesMin: 50,
  story(draw) {
    const [instances, seekers] = [9, 3];
    const pauses = [4, 11, 18, 25].map((s) => secondsUs(s) + draw.below(1_000_000));
    return {
      shape: cluster({ servers: 3, clients: instances + seekers }),
      faults: pauses.map((atUs) => {
        // Longer than an election takes and a lease lasts: all leases that it knows of are over then.
        const untilUs = atUs + secondsUs(3) + draw.below(1_000_000);
        return { kind: 'pause', atUs, untilUs, nodes: { of: 'leader' } };
      }),
      clients: registryOperations(draw.fork('operations'), {
        instances,
        seekers,
        count: 3,
        renewals: 20,
        lookups: 320,
        services: 1,
        ttlUs: secondsUs(2),
        holdUs: 500_000,
        pauseUs: 60_000,
      }),
      durationUs: secondsUs(32),
      deadlineUs: 1_500_000,
    };
  },
});
