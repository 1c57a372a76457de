/** The store under load, with trouble on the clients' side and the leader killed. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const keyValue = defineScenario({
  name: 'key-value',
  claim:
    'Clients that are cut off, slowed down and lose their leader see one store: every read returns the latest acknowledged write.',
  promises: ['linearizable', 'election-safety', 'log-matching'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 200,
  story(draw) {
    const clients = 8;
    const shape = cluster({ servers: 3, clients });
    return {
      shape,
      faults: [
        {
          kind: 'latency',
          atUs: secondsUs(1),
          untilUs: secondsUs(3),
          delayUs: 20_000,
          jitterUs: 15_000,
          links: { from: { of: 'clients' }, to: { of: 'servers' }, bothWays: true },
        },
        { kind: 'crash', atUs: secondsUs(4), untilUs: secondsUs(7), nodes: { of: 'leader' } },
        {
          kind: 'partition',
          mode: draw.pick(['drop', 'stall']),
          atUs: secondsUs(9),
          untilUs: secondsUs(11),
          links: { from: { of: 'clients' }, to: { of: 'leader' }, bothWays: true },
        },
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients,
        count: 300,
        pauseUs: 25_000,
        keys: 10,
        mix: { read: 5, write: 3, cas: 2 },
      }),
      durationUs: secondsUs(15),
      deadlineUs: 1_000_000,
    };
  },
});
