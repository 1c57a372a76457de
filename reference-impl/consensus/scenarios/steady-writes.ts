/** A leader dies, and then nothing goes wrong for a minute of reads and writes: what does that cost? */
import {
  cluster,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';

export const steadyWrites = defineScenario({
  name: 'steady-writes',
  claim:
    'While nothing is wrong, servers send no more messages and bytes than heartbeats, probes and what clients ask for take.',
  promises: [
    'nothing-kept',
    'replication-bounded',
    'gossip-bounded',
    'leadership',
    'linearizable',
    'membership',
  ],
  environments: ['simulation', 'processes', 'containers'],
  story(draw) {
    const clients = draw.between(2, 6);
    return {
      shape: cluster({ servers: draw.pick([2, 3, 3, 4, 5]), clients }),
      faults: [
        {
          kind: 'crash',
          atUs: secondsUs(1),
          untilUs: secondsUs(1) + draw.between(1, secondsUs(3)),
          nodes: { of: draw.pick(['leader', 'follower'] as const) },
        },
      ],
      clients: sideBySide(
        kvOperations(draw.fork('writes'), {
          clients: clients - 1,
          count: 400,
          pauseUs: draw.pick([20_000, 100_000]),
          keys: 3,
          mix: { write: 4, cas: 1, read: 1 },
        }),
        kvOperations(draw.fork('reads'), {
          clients: 1,
          count: 300,
          pauseUs: 100_000,
          keys: 3,
          mix: { read: 1 },
        }),
      ),
      durationUs: secondsUs(50),
      extra: { meterUs: secondsUs(5) },
    };
  },
});
