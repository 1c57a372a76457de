/** Transactions that look before they act, by clients that want the same keys, with the leader lost on the way. */
import {
  cluster,
  comparedOperations,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../harness/index.ts';

const writers = 4;
const others = 2;

export const comparedTransactions = defineScenario({
  name: 'compared-transactions',
  claim:
    'A transaction acts on what it compared, whichever branch it takes and whoever leads: nothing comes between.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  environments: ['simulation', 'processes', 'containers'],
  successesMin: 100,
  story(draw) {
    const untilUs = secondsUs(9);
    return {
      shape: cluster({ servers: 3, clients: writers + others }),
      faults: [
        {
          kind: 'loss',
          permille: 50,
          atUs: secondsUs(1),
          untilUs,
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
        { kind: 'crash', atUs: secondsUs(3), untilUs: secondsUs(5), nodes: { of: 'leader' } },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: secondsUs(7),
          untilUs,
          links: { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        comparedOperations(draw.fork('transactions'), {
          clients: writers,
          count: 100,
          pauseUs: 70_000,
          keys: 4,
        }),
        kvOperations(draw.fork('keys'), {
          clients: others,
          count: 150,
          pauseUs: 50_000,
          keys: 4,
          prefix: 'c',
          mix: { read: 3, delete: 2 },
        }),
      ),
      durationUs: secondsUs(12),
      deadlineUs: secondsUs(2),
    };
  },
});
