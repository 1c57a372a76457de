/** Transactions over a few keys, beside single reads and writes, with the leader lost on the way. */
import {
  cluster,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
  txnOperations,
} from '../harness/index.ts';

const clients = 6;
const keys = 4;

export const transactions = defineScenario({
  name: 'transactions',
  claim:
    'Transactions of several keys happen as a whole and one after the other, whoever leads and whatever is lost.',
  promises: ['strict-serializable', 'linearizable', 'election-safety', 'log-matching'],
  environments: ['simulation', 'processes', 'containers'],
  successesMin: 200,
  story(draw) {
    const shape = cluster({ servers: 3, clients });
    return {
      shape,
      faults: [
        {
          kind: 'loss',
          permille: 100,
          atUs: secondsUs(1),
          untilUs: secondsUs(9),
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
        { kind: 'crash', atUs: secondsUs(3), untilUs: secondsUs(5), nodes: { of: 'leader' } },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: secondsUs(7),
          untilUs: secondsUs(9),
          links: { from: { of: 'leader' }, to: { of: 'servers' }, bothWays: true },
        },
      ],
      clients: sideBySide(
        txnOperations(draw.fork('transactions'), {
          clients: clients - 2,
          count: 120,
          pauseUs: 60_000,
          keys,
          partsMax: 4,
        }),
        // Of keys of their own: what they write is no part of a transaction's order.
        kvOperations(draw.fork('keys'), {
          clients: 2,
          count: 100,
          pauseUs: 60_000,
          keys,
          prefix: 'k',
          mix: { read: 5, write: 4, delete: 1 },
        }),
      ),
      durationUs: secondsUs(12),
      deadlineUs: secondsUs(2),
    };
  },
});
