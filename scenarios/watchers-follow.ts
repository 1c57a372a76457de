/** Some write and delete, others watch what they do, while servers and connections come and go. */
import {
  cluster,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
  watchOperations,
} from '../harness/index.ts';

const prefix = 'watched/';

export const watchersFollow = defineScenario({
  name: 'watchers-follow',
  claim:
    'Watchers that are cut off, told twice or out of order, and lose the server they watch miss no change, see none twice and none too early, wherever they resume.',
  promises: [
    'watch-guarantees',
    'linearizable',
    'executed-once',
    'election-safety',
    'log-matching',
  ],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 200,
  story(draw) {
    const shape = cluster({ servers: 3, clients: 7 });
    const clients = { of: 'clients' as const };
    const servers = { of: 'servers' as const };
    const crashUs = secondsUs(6) + draw.below(1_000_000);
    return {
      shape,
      faults: [
        {
          kind: 'reorder',
          atUs: secondsUs(1),
          untilUs: secondsUs(11),
          permille: draw.between(50, 300),
          links: { from: servers, to: clients, bothWays: false },
        },
        {
          kind: 'duplicate',
          atUs: secondsUs(1),
          untilUs: secondsUs(11),
          permille: draw.between(50, 300),
          links: { from: servers, to: clients, bothWays: false },
        },
        // Who watches there is told nothing, or what was true before the others went on.
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: secondsUs(2),
          untilUs: secondsUs(3) + draw.below(1_000_000),
          links: { from: { of: 'follower' }, to: servers, bothWays: true },
        },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall', 'refuse']),
          atUs: secondsUs(4),
          untilUs: secondsUs(5),
          links: { from: clients, to: { of: 'follower' }, bothWays: true },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + draw.between(300_000, 2_000_000),
          nodes: { of: 'leader' },
        },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall', 'refuse']),
          atUs: secondsUs(9),
          untilUs: secondsUs(10) + draw.below(1_000_000),
          links: { from: clients, to: { of: 'leader' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        kvOperations(draw.fork('changes'), {
          clients: 3,
          count: 150,
          pauseUs: 60_000,
          keys: 4,
          mix: { read: 2, write: 4, cas: 2, delete: 2, 'write-all': 1 },
          prefix,
        }),
        watchOperations(draw.fork('watches'), {
          clients: 4,
          count: 25,
          pauseUs: 100_000,
          forUs: 400_000,
          prefixes: [prefix, prefix, `${prefix}1`],
          isReviewed: true,
        }),
      ),
      durationUs: secondsUs(17),
      deadlineUs: 1_000_000,
    };
  },
});
