/** A semaphore, of any system that has one: its leader dies, stands still and is cut off, and holders are held up. */
import { cluster, defineScenario, secondsUs, semaphoreOperations } from '../harness/index.ts';
import { minorityThenPause } from './leader-troubles.ts';

const clients = 6;
const servers = 3;

export const semaphore = defineScenario({
  name: 'semaphore',
  claim:
    'Whatever happens to its servers and to the links of its holders, no more permits of a semaphore are held at a time than it has.',
  promises: ['permits-bounded'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  effective: 'any',
  successesMin: 20,
  story(draw) {
    // No policy time: products know their TTL in whole seconds, and so does this story.
    const ttlUs = secondsUs(2);
    const crashUs = secondsUs(4) + draw.below(1_000_000);
    const cutUs = secondsUs(10) + draw.below(1_000_000);
    const pauseUs = secondsUs(16) + draw.below(500_000);
    return {
      shape: cluster({ servers, clients }),
      faults: [
        { kind: 'crash', atUs: crashUs, untilUs: crashUs + secondsUs(2), nodes: { of: 'leader' } },
        ...minorityThenPause(draw, { cutUs, pauseUs }),
      ],
      clients: semaphoreOperations(draw.fork('operations'), {
        clients,
        count: 25,
        pauseUs: 100_000,
        semaphores: 1,
        permits: 2,
        ttlUs,
        // Some are held until their lease ends, or nearly.
        holdUs: 900_000,
      }),
      durationUs: secondsUs(24),
      deadlineUs: secondsUs(2),
    };
  },
});
