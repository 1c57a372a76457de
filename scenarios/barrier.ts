/** Parties meet at barriers, of any system that has them: its leader dies, stands still and is cut off, and parties are held up. */
import { barrierOperations, cluster, defineScenario, secondsUs } from '../harness/index.ts';
import { minorityThenPause } from './leader-troubles.ts';

const clients = 8;

export const barrier = defineScenario({
  name: 'barrier',
  claim:
    'Whatever happens to its servers, nobody passes a barrier before all have come or is told that all have gone while one is in, and it opens for all.',
  promises: ['barrier-together', 'barrier-opens'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  // One member alone has no minority.
  effective: 'any',
  successesMin: 20,
  story(draw) {
    const crashUs = secondsUs(4) + draw.below(1_000_000);
    const cutUs = secondsUs(10) + draw.below(1_000_000);
    const pauseUs = secondsUs(16) + draw.below(500_000);
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [
        { kind: 'crash', atUs: crashUs, untilUs: crashUs + secondsUs(2), nodes: { of: 'leader' } },
        ...minorityThenPause(draw, { cutUs, pauseUs }),
      ],
      clients: barrierOperations(draw.fork('operations'), {
        clients,
        parties: 4,
        count: 40,
        pauseUs: 100_000,
        holdUs: 60_000,
        // Longer than anybody is held up.
        waitUs: secondsUs(5),
        pollUs: 80_000,
      }),
      durationUs: secondsUs(24),
      deadlineUs: secondsUs(2),
    };
  },
});
