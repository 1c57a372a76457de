/** A follower is cut off while so much is written that a snapshot brings it back, and some watch it all the while. */
import { cluster, defineScenario, secondsUs, sideBySide } from '../harness/index.ts';
import type { Operation } from '../harness/index.ts';
import { watchedAndFlood, watchedPrefix, writers } from './flooded-watch.ts';

const servers = 3;
const cutUs = secondsUs(8);
const healUs = secondsUs(2) + cutUs;
const endUs = healUs + secondsUs(7);

export const watchThroughSnapshot = defineScenario({
  name: 'watch-through-snapshot',
  claim:
    'Watchers of a server that a snapshot brings back are told of each change once, and of none before they asked for it.',
  promises: ['watch-guarantees', 'catches-up', 'log-matching', 'election-safety'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 100,
  story: (draw) => ({
    shape: cluster({ servers, clients: 7 * servers + writers }),
    faults: [
      {
        kind: 'partition',
        mode: 'drop',
        atUs: secondsUs(2),
        untilUs: healUs,
        links: { from: { of: 'follower' }, to: { of: 'servers' }, bothWays: true },
      },
    ],
    clients: sideBySide(
      // As many at each server, over all that happens: from now on, and from revisions still to come.
      [null, null, 100, 200, 400, 800, 1_600].flatMap((after) =>
        Array.from({ length: servers }, (): Operation[] => {
          const value = { forUs: endUs - secondsUs(3), after };
          return [{ id: 0, afterUs: draw.below(1_000_000), f: 'watch', key: watchedPrefix, value }];
        }),
      ),
      watchedAndFlood(draw, { pauseUs: 100_000, floods: 150 }),
    ),
    durationUs: endUs,
    deadlineUs: endUs,
    extra: { snapshotBytes: 4_000 },
  }),
});
