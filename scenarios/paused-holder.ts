/** The holder of a lock is out of reach for longer than its lease, and its write comes late (Kleppmann, 2016). */
import { cluster, defineScenario, lockOperations, secondsUs } from '../harness/index.ts';

const clients = 3;
const servers = 3;

export const pausedHolder = defineScenario({
  name: 'paused-holder',
  claim:
    'When the holder of a lock is held up until its lease has ended and another holds the lock, its late write is refused, and no two hold the lock at a time.',
  promises: ['mutual-exclusion', 'fencing', 'linearizable', 'election-safety', 'log-matching'],
  story(draw, policyUs) {
    const ttlUs = policyUs(secondsUs(6));
    // Lease, sweep, and time for others to write.
    const stallUs = policyUs(secondsUs(14));
    const roundUs = policyUs(secondsUs(30));
    const stalls = Array.from({ length: 5 }, (_, i) => {
      const atUs = i * roundUs + policyUs(secondsUs(draw.between(3, 9))) + draw.below(100_000);
      // All but one: whoever holds the lock is likely among them, and somebody is left to take it.
      const free = draw.below(clients);
      const held = Array.from({ length: clients }, (_c, c) => servers + c);
      return {
        kind: 'partition' as const,
        mode: 'stall' as const,
        atUs,
        untilUs: atUs + stallUs,
        links: {
          from: { of: 'nodes' as const, nodes: held.filter((id) => id !== servers + free) },
          to: { of: 'servers' as const },
          bothWays: false,
        },
      };
    });
    const crashUs = draw.below(4) * roundUs + policyUs(secondsUs(draw.between(24, 30)));
    return {
      shape: cluster({ servers, clients }),
      faults: [
        ...stalls,
        // Leases are counted by a clock that drifts, and not by the one that jumps.
        {
          kind: 'clock',
          atUs: 0,
          untilUs: 5 * roundUs,
          nodes: { of: 'leader' },
          jumpUs: draw.between(-20_000_000, 20_000_000),
          driftPpm: draw.between(-1_000, 1_000),
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + policyUs(secondsUs(10)),
          nodes: { of: 'leader' },
        },
      ],
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 120,
        pauseUs: policyUs(500_000),
        locks: 1,
        ttlUs,
        holdUs: policyUs(secondsUs(1)),
      }),
      durationUs: 5 * roundUs,
      // Longer than a stall: the client waits, as one that stands still does.
      deadlineUs: stallUs + policyUs(secondsUs(6)),
    };
  },
});
