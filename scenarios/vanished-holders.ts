/** Holders of a lock that are never heard of again, of any system that has locks. */
import { cluster, defineScenario, drawOperations, secondsUs } from '../harness/index.ts';

const clients = 3;

export const vanishedHolders = defineScenario({
  name: 'vanished-holders',
  claim:
    'When holders of a lock are not heard of again, it is free soon after their lease, also when the leader that granted it is gone.',
  promises: ['lock-freed', 'mutual-exclusion', 'fencing'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  effective: 'any',
  successesMin: 5,
  story(draw) {
    const crashUs = secondsUs(12) + draw.below(secondsUs(4));
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [
        { kind: 'crash', atUs: crashUs, untilUs: crashUs + secondsUs(3), nodes: { of: 'leader' } },
      ],
      clients: drawOperations(
        draw.fork('operations'),
        { clients, count: 180, pauseUs: secondsUs(0.4) },
        // Few are given back.
        (d) =>
          d.chance(100)
            ? { f: 'release', key: 'l0', value: '$last' }
            : { f: 'acquire', key: 'l0', value: { ttlUs: secondsUs(2) } },
      ),
      durationUs: secondsUs(36),
      deadlineUs: secondsUs(3),
    };
  },
});
