/** A surge of requests that nobody records one by one, with the leader lost at its height. */
import {
  cluster,
  defineScenario,
  kvOperations,
  loadOperations,
  secondsUs,
  sideBySide,
} from '../harness/index.ts';

export const writeSurge = defineScenario({
  name: 'write-surge',
  claim:
    'When requests rise twentyfold and the leader crashes at the height of it, whoever looks closely still sees one register for each key, and the servers agree on one leader after another.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'state-agrees'],
  story: (draw) => ({
    shape: cluster({ servers: 3, clients: 4 }),
    faults: [{ kind: 'crash', atUs: secondsUs(3), untilUs: secondsUs(5), nodes: { of: 'leader' } }],
    clients: sideBySide(
      kvOperations(draw.fork('operations'), {
        clients: 2,
        count: 40,
        pauseUs: 100_000,
        keys: 2,
        mix: { read: 5, write: 3, cas: 2 },
      }),
      loadOperations(draw.fork('load'), {
        clients: 2,
        each: { f: 'write', value: '$id' },
        key: 'load',
        keys: { count: 100, distribution: 'zipf' },
        rate: [
          [0, 25],
          [secondsUs(1), 25],
          [secondsUs(2), 500],
          [secondsUs(4), 500],
          [secondsUs(4), 25],
        ],
        forUs: secondsUs(6),
      }),
    ),
    durationUs: secondsUs(10),
  }),
});
