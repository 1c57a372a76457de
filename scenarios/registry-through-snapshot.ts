/** A server that a snapshot brought back knows who is registered, and may lead next. */
import {
  cluster,
  defineScenario,
  kvOperations,
  registryOperations,
  secondsUs,
  sideBySide,
} from '../harness/index.ts';

export const registryThroughSnapshot = defineScenario({
  name: 'registry-through-snapshot',
  claim:
    'Whoever is registered is found at a server, too, that missed so much that a snapshot brought it back, and that leads when the others have gone.',
  promises: ['registered-found', 'ended-not-found', 'state-agrees', 'catches-up'],
  story(draw) {
    const backUs = secondsUs(5) + draw.below(500_000);
    const lostUs = backUs + secondsUs(3);
    return {
      shape: cluster({ servers: 3, clients: 8 }),
      faults: [
        { kind: 'crash', atUs: secondsUs(1), untilUs: backUs, nodes: { of: 'follower' } },
        // The one that led all the while: one of the two others leads, and needs both.
        { kind: 'crash', atUs: lostUs, untilUs: lostUs + secondsUs(4), nodes: { of: 'leader' } },
      ],
      clients: sideBySide(
        registryOperations(draw.fork('registry'), {
          instances: 3,
          seekers: 2,
          count: 20,
          renewals: 6,
          lookups: 120,
          services: 1,
          ttlUs: secondsUs(4),
          holdUs: 400_000,
          pauseUs: 100_000,
        }),
        kvOperations(draw.fork('flood'), {
          clients: 3,
          count: 150,
          pauseUs: 40_000,
          keys: 40,
          prefix: 'flood/',
          mix: { write: 1 },
        }),
      ),
      durationUs: secondsUs(20),
      deadlineUs: 1_500_000,
      extra: { snapshotBytes: 4_000 },
    };
  },
});
