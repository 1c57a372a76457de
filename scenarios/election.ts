/** Clients elect a leader among themselves, by any system that has elections, while its own leader dies, stands still and is cut off. */
import { cluster, defineScenario, electionOperations, secondsUs } from '../harness/index.ts';
import { minorityThenPause } from './leader-troubles.ts';

export const election = defineScenario({
  name: 'election',
  claim:
    'Whatever happens to the servers, at most one client leads at a time by its own lease, and whoever asks is told of no leader of the past.',
  promises: ['one-leader', 'leader-told'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  // One member alone has no minority.
  effective: 'any',
  successesMin: 20,
  story(draw) {
    const clients = 4;
    const cutUs = secondsUs(8) + draw.below(1_000_000);
    const pauseUs = secondsUs(14) + draw.below(1_000_000);
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [
        { kind: 'crash', atUs: secondsUs(3), untilUs: secondsUs(5), nodes: { of: 'leader' } },
        ...minorityThenPause(draw, { cutUs, pauseUs }),
      ],
      clients: electionOperations(draw.fork('operations'), {
        clients,
        count: 60,
        elections: 1,
        renewals: 3,
        // No policy time: products know their TTL in whole seconds, and so does this story.
        ttlUs: secondsUs(2),
        pauseUs: 100_000,
        holdUs: 150_000,
      }),
      durationUs: secondsUs(21),
      deadlineUs: 1_500_000,
    };
  },
});
