/** Servers crash and return within a heartbeat or two, again and again, over slow links. */
import { cluster, defineScenario, drawPlan, kvOperations, secondsUs } from '../harness/index.ts';

export const crashStorm = defineScenario({
  name: 'crash-storm',
  claim:
    'When servers crash and return in quick succession over slow links, there is at most one leader a term and no log forgets what was committed.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  // A process of its own takes longer to start than a server is down here.
  environments: ['simulation'],
  effective: 'any',
  successesMin: 1,
  story(draw) {
    const shape = cluster({ servers: 5, clients: 3 });
    const servers = { of: 'servers' as const };
    // As wide as an election is long: candidates meet, and votes arrive after the voter's restart.
    const delayUs = draw.between(40_000, 80_000);
    return {
      shape,
      faults: [
        {
          kind: 'latency',
          atUs: 0,
          untilUs: secondsUs(22),
          delayUs,
          jitterUs: delayUs,
          links: { from: servers, to: servers, bothWays: false },
        },
        ...drawPlan(draw.fork('storm'), {
          shape,
          kinds: ['crash', 'crash', 'crash', 'partition'],
          count: 80,
          fromUs: secondsUs(1),
          calmUs: secondsUs(20),
          shortestUs: 5_000,
          longestUs: 60_000,
          isSwarm: false,
        }),
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 60,
        pauseUs: 200_000,
        keys: 2,
        mix: { read: 4, write: 4, cas: 2 },
      }),
      durationUs: secondsUs(26),
    };
  },
});
