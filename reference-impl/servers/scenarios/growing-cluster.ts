/** A cluster of one server gets a second while it is written to, and has to bring it a long log first. */
import {
  cluster,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Operation } from '../../../harness/spec.ts';

const clients = 5;

export const growingCluster = defineScenario({
  name: 'growing-cluster',
  claim:
    'While a server is added that has nothing of a long log, every request is answered as quickly as before: who has to catch up is not waited for.',
  promises: ['every-request-answered', 'membership-change-safe', 'linearizable', 'log-matching'],
  story: (draw) => ({
    shape: cluster({ servers: 2, clients: 1 + clients }),
    faults: [
      { kind: 'pause', atUs: secondsUs(1), untilUs: secondsUs(1.3), nodes: { of: 'leader' } },
    ],
    clients: sideBySide(
      [addition(secondsUs(7) + draw.below(1_000_000))],
      kvOperations(draw.fork('operations'), {
        clients,
        count: 1_600,
        pauseUs: 10_000,
        keys: 5,
        mix: { read: 1, write: 4, cas: 1 },
      }),
    ),
    durationUs: secondsUs(20),
    deadlineUs: secondsUs(2),
    // All of the log comes entry by entry, none of it as a snapshot.
    extra: { voters: 1, batchMax: 1 },
  }),
});

function addition(afterUs: number): Operation[] {
  const value = { add: [1], remove: [] };
  return [{ id: 0, afterUs, f: 'change-servers', key: 'servers', value }];
}
