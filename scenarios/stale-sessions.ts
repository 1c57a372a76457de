/** Clients read from whichever server answers, while some of them lag, stand still or start anew. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const staleSessions = defineScenario({
  name: 'stale-sessions',
  claim:
    'A client that reads from any server, however far behind, never sees anything older than it has seen or written before.',
  promises: ['session-guarantees', 'linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const clients = 5;
    const followers = { of: 'followers' as const };
    const leader = { of: 'leader' as const };
    const follower = { of: 'follower' as const };
    const stallUs = secondsUs(5) + draw.below(1_000_000);
    return {
      shape: cluster({ servers: 3, clients }),
      faults: [
        // One follower hears of everything late, then all at once.
        {
          kind: 'partition',
          mode: 'stall',
          atUs: secondsUs(1),
          untilUs: secondsUs(1) + draw.between(500_000, 2_000_000),
          links: { from: leader, to: follower, bothWays: false },
        },
        {
          kind: 'latency',
          atUs: secondsUs(3),
          untilUs: secondsUs(12),
          delayUs: draw.between(20_000, 60_000),
          jitterUs: 20_000,
          links: { from: leader, to: followers, bothWays: false },
        },
        {
          kind: 'pause',
          atUs: stallUs,
          untilUs: stallUs + draw.between(300_000, 1_500_000),
          nodes: follower,
        },
        // Back from its disk a server knows nothing until the leader tells it what is committed.
        {
          kind: 'crash',
          atUs: secondsUs(8),
          untilUs: secondsUs(8) + draw.between(200_000, 1_000_000),
          nodes: draw.pick([follower, leader]),
        },
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients,
        count: 150,
        pauseUs: 60_000,
        keys: 4,
        mix: { 'read-stale': 6, write: 3, cas: 1, read: 1 },
      }),
      durationUs: secondsUs(14),
    };
  },
});
