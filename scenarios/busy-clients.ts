/** Many clients at once, before and after the leader is lost: none of their requests is forgotten. */
import {
  cluster,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
  txnOperations,
} from '../harness/index.ts';

const clients = 16;

export const busyClients = defineScenario({
  name: 'busy-clients',
  claim:
    'Of many clients that ask at once each gets its answer, and soon: also those that share a round of the leader, or an entry after the other in one batch.',
  promises: ['every-request-answered', 'linearizable', 'executed-once', 'election-safety'],
  // An answer in 250 ms is a promise of the protocol, not of the machine that the tests run on.
  environments: ['simulation'],
  successesMin: 500,
  story(draw) {
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [
        { kind: 'crash', atUs: secondsUs(5), untilUs: secondsUs(7), nodes: { of: 'leader' } },
      ],
      clients: sideBySide(
        kvOperations(draw.fork('keys'), {
          clients: clients - 2,
          count: 150,
          pauseUs: 60_000,
          keys: 6,
          mix: { read: 5, write: 4, cas: 1 },
        }),
        txnOperations(draw.fork('transactions'), {
          clients: 2,
          count: 150,
          pauseUs: 60_000,
          keys: 3,
          partsMax: 3,
        }),
      ),
      durationUs: secondsUs(14),
      deadlineUs: secondsUs(2),
    };
  },
});
