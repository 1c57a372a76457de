/** Some watch all the while: a server that a snapshot brings back, others that are busy, and all of them when it is quiet again. */
import { cluster, defineScenario, secondsUs, sideBySide } from '../harness/index.ts';
import type { Operation } from '../harness/index.ts';
import { watchedAndFlood, watchedPrefix, writers } from './flooded-watch.ts';

const servers = 3;
const watchers = 2 * servers;
const endUs = secondsUs(20);

export const watchersTold = defineScenario({
  name: 'watchers-told',
  claim:
    'Whoever watches has been told of all that happened soon after it is quiet, also at a server that a snapshot brought back.',
  promises: ['watch-told', 'watch-guarantees', 'catches-up'],
  environments: ['simulation', 'processes', 'attached'],
  successesMin: 100,
  story(draw) {
    const cutUs = secondsUs(2) + draw.below(1_000_000);
    return {
      shape: cluster({ servers, clients: watchers + writers }),
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(6),
          links: { from: { of: 'follower' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        Array.from({ length: watchers }, (): Operation[] => {
          const value = { forUs: endUs - secondsUs(3) - draw.below(2_000_000), after: null };
          return [{ id: 0, afterUs: draw.below(1_000_000), f: 'watch', key: watchedPrefix, value }];
        }),
        watchedAndFlood(draw, { pauseUs: 200_000, floods: 1_200 }),
      ),
      durationUs: endUs,
      deadlineUs: endUs,
      extra: { snapshotBytes: 4_000 },
    };
  },
});
