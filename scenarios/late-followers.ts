/** Followers hear of everything late, one after the other, while clients read through any of them. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';

export const lateFollowers = defineScenario({
  name: 'late-followers',
  claim:
    'When a follower hears from the leader late, clients that read through it see the latest acknowledged write, or nothing.',
  promises: ['linearizable'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  story(draw) {
    const clients = 6;
    const leader = { of: 'leader' as const };
    return {
      shape: cluster({ servers: 3, clients }),
      // Shorter than what any of them takes for the loss of a leader.
      faults: [1, 3, 5, 7].map((s) => {
        const atUs = secondsUs(s) + draw.below(300_000);
        return {
          kind: 'partition' as const,
          mode: 'stall' as const,
          atUs,
          untilUs: atUs + draw.between(400_000, 900_000),
          links: { from: leader, to: { of: 'follower' as const }, bothWays: false },
        };
      }),
      clients: kvOperations(draw.fork('operations'), {
        clients,
        count: 200,
        pauseUs: 25_000,
        keys: 2,
        mix: { read: 6, write: 4 },
      }),
      durationUs: secondsUs(10),
      deadlineUs: 1_500_000,
    };
  },
});
