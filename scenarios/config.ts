/** Versions of a configuration are published, and instances tell which they serve, while the leader is lost now and then. */
import { cluster, configOperations, defineScenario, secondsUs } from '../harness/index.ts';
import { minorityThenPause } from './leader-troubles.ts';

const [publishers, instances] = [2, 4];

export const config = defineScenario({
  name: 'config',
  claim:
    'Whatever happens to the servers, no instance goes back to an older version of its configuration or misnames one, and none serves an old one for longer than it may.',
  promises: ['config-advances', 'config-current', 'config-arrives'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  // One member alone has no minority.
  effective: 'any',
  successesMin: 20,
  story(draw) {
    const cutUs = secondsUs(6) + draw.below(1_000_000);
    const pauseUs = secondsUs(11) + draw.below(1_000_000);
    return {
      shape: cluster({ servers: 3, clients: publishers + instances }),
      faults: [
        { kind: 'crash', atUs: secondsUs(2), untilUs: secondsUs(4), nodes: { of: 'leader' } },
        ...minorityThenPause(draw, { cutUs, pauseUs }),
      ],
      clients: configOperations(draw.fork('operations'), {
        publishers,
        instances,
        versions: 90,
        questions: 180,
        publishPauseUs: 400_000,
        servePauseUs: 200_000,
        applications: 2,
      }),
      // What is old for too long shows after a time without trouble.
      durationUs: secondsUs(40),
      deadlineUs: 1_500_000,
    };
  },
});
