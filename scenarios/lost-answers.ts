/** Answers get lost and requests come twice, so that clients try again what has already happened. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const lostAnswers = defineScenario({
  name: 'lost-answers',
  claim:
    'When answers are lost and requests repeated, every change is executed once, however often it is tried.',
  promises: [
    'linearizable',
    'executed-once',
    'definite-failures',
    'election-safety',
    'log-matching',
  ],
  // A connection repeats nothing: there only a client does.
  environments: ['simulation'],
  story(draw) {
    const clients = { of: 'clients' as const };
    const servers = { of: 'servers' as const };
    const interval = { atUs: secondsUs(1), untilUs: secondsUs(9) };
    return {
      shape: cluster({ servers: 3, clients: 6 }),
      faults: [
        {
          kind: 'loss',
          ...interval,
          permille: draw.between(100, 400),
          links: { from: servers, to: clients, bothWays: false },
        },
        {
          kind: 'duplicate',
          ...interval,
          permille: draw.between(100, 400),
          links: { from: clients, to: servers, bothWays: false },
        },
        {
          kind: 'latency',
          ...interval,
          delayUs: 10_000,
          jitterUs: 10_000,
          links: { from: clients, to: servers, bothWays: false },
        },
        // Slow to commit: the second copy of a request arrives before the first is executed.
        { kind: 'disk', ...interval, nodes: servers, delayUs: 20_000 },
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients: 6,
        count: 80,
        pauseUs: 20_000,
        keys: 4,
        mix: { read: 4, write: 2, cas: 4 },
        // Every server tells of each change of these.
        prefix: 'config/',
      }),
      durationUs: secondsUs(12),
    };
  },
});
