/** Locks that are held by way of servers that die and stay away for longer than others take to notice, and not for a lease. */
import { cluster, defineScenario, lockOperations, secondsUs } from '../harness/index.ts';

const clients = 4;
const servers = 3;

export const lockServerLost = defineScenario({
  name: 'lock-server-lost',
  claim: 'Who holds a lock holds it for its lease, whatever becomes of the server that gave it.',
  promises: ['mutual-exclusion', 'fencing', 'linearizable'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  successesMin: 20,
  story(draw) {
    // Each in turn, as nobody knows by which of them the lock will be held.
    const first = draw.below(servers);
    const crashes = [0, 1, 2].map((round) => {
      const atUs = secondsUs(3 + 15 * round) + draw.below(1_000_000);
      const node = (first + round) % servers;
      const nodes = { of: 'node' as const, node };
      return { kind: 'crash' as const, atUs, untilUs: atUs + secondsUs(11), nodes };
    });
    return {
      shape: cluster({ servers, clients }),
      faults: crashes,
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 60,
        pauseUs: 100_000,
        locks: 1,
        // A server that is silent is taken for dead within eight seconds or so.
        ttlUs: secondsUs(20),
        // A round that holds for so long outlives that, as often as not.
        holdUs: secondsUs(3),
      }),
      durationUs: secondsUs(48),
      deadlineUs: secondsUs(2),
    };
  },
});
