/** What must hold, and does: the leader stands still for two seconds, and nothing that was acknowledged is lost. */
import { cluster, defineScenario, kvOperations } from 'antlion';

export default defineScenario({
  name: 'leader-stops',
  claim: 'What was acknowledged is read, also while the leader stands still.',
  promises: ['linearizable'],
  story: (draw) => ({
    shape: cluster({ servers: 3, clients: 2 }),
    faults: [{ kind: 'pause', atUs: 1_000_000, untilUs: 3_000_000, nodes: { of: 'leader' } }],
    clients: kvOperations(draw, {
      clients: 2,
      count: 20,
      keys: 1,
      pauseUs: 200_000,
      mix: { read: 1, write: 1 },
    }),
    durationUs: 6_000_000,
  }),
});
