/** A member hears nobody, and all hear it. */
import { cluster, defineScenario, membersOperations, secondsUs } from '../harness/index.ts';

export const deafMember = defineScenario({
  name: 'deaf-member',
  claim:
    'When a member hears nobody for twenty seconds, while all others hear it, they are told alive, and so is the member where that is promised.',
  promises: ['live-told', 'heard-told'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 50,
  story(draw) {
    const [servers, clients] = [5, 4];
    const atUs = secondsUs(17) + draw.below(1_000_000);
    return {
      shape: cluster({ servers, clients }),
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: atUs + secondsUs(20),
          links: {
            from: { of: 'servers' },
            to: { of: 'node', node: draw.below(servers) },
            bothWays: false,
          },
        },
      ],
      clients: membersOperations(draw.fork('operations'), {
        clients,
        servers,
        count: 500,
        pauseUs: 200_000,
      }),
      // Long enough for what comes after the cut to be judged as well.
      durationUs: secondsUs(102),
      deadlineUs: 1_500_000,
    };
  },
});
