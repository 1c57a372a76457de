/** More locks than tokens are remembered: a write comes late when those of its lock are forgotten. */
import { cluster, defineScenario, lockOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';

const [servers, clients] = [3, 5];

export const forgottenTokens = defineScenario({
  name: 'forgotten-tokens',
  claim:
    'The late write of a holder whose lease has ended is refused, also when nobody remembers which tokens its lock has had.',
  promises: ['fencing', 'mutual-exclusion', 'linearizable', 'state-agrees'],
  environments: ['simulation'],
  successesMin: 50,
  story(draw) {
    const stalls = [2, 10, 18, 26].map((s): Fault => {
      const atUs = secondsUs(s) + draw.below(1_000_000);
      const held = Array.from({ length: clients }, (_, c) => servers + c);
      return {
        kind: 'partition',
        mode: 'stall',
        atUs,
        untilUs: atUs + secondsUs(6),
        links: {
          from: { of: 'nodes', nodes: draw.shuffle(held).slice(0, 2) },
          to: { of: 'servers' },
          bothWays: false,
        },
      };
    });
    return {
      shape: cluster({ servers, clients }),
      faults: stalls,
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 70,
        pauseUs: 100_000,
        locks: 4,
        ttlUs: secondsUs(2),
        holdUs: 150_000,
      }),
      durationUs: secondsUs(34),
      // Longer than a stall: the client waits, as one that stands still does.
      deadlineUs: secondsUs(8),
      extra: { freeLocksMax: 1 },
    };
  },
});
