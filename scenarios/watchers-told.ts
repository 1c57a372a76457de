/** Some watch all the while: a server that a snapshot brings back, others that are busy, and all of them when it is quiet again. */
import { cluster, defineScenario, kvOperations, secondsUs, sideBySide } from '../harness/index.ts';
import type { Operation } from '../harness/index.ts';

const servers = 3;
const watchers = 2 * servers;
const prefix = 'watched/';
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
      shape: cluster({ servers, clients: watchers + 12 }),
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
          return [{ id: 0, afterUs: draw.below(1_000_000), f: 'watch', key: prefix, value }];
        }),
        kvOperations(draw.fork('watched'), {
          clients: 4,
          count: 200,
          pauseUs: 200_000,
          keys: 4,
          prefix,
          mix: { write: 3, delete: 1 },
        }),
        kvOperations(draw.fork('flood'), {
          clients: 8,
          count: 1_200,
          pauseUs: 40_000,
          keys: 40,
          prefix: 'flood/',
          mix: { write: 1 },
        }),
      ),
      durationUs: endUs,
      deadlineUs: endUs,
      extra: { snapshotBytes: 4_000 },
    };
  },
});
