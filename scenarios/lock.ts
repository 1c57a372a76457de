/** A lock and what it protects, of any system that has locks: its leader dies, stands still and is cut off, and holders are held up. */
import { cluster, defineScenario, lockOperations, secondsUs } from '../harness/index.ts';
import { minorityThenPause } from './leader-troubles.ts';

const clients = 4;
const servers = 3;

export const lock = defineScenario({
  name: 'lock',
  claim:
    'Whatever happens to its servers and to the links of its holders, a lock has one holder at a time, and a write that comes after its lease is refused.',
  promises: ['mutual-exclusion', 'fencing', 'linearizable'],
  environments: ['simulation', 'processes', 'containers', 'attached'],
  // One member alone has no minority, and a stall needs more than a holder that is quick.
  effective: 'any',
  successesMin: 20,
  story(draw) {
    // No policy time: products know their TTL in whole seconds, and so does this story.
    const ttlUs = secondsUs(2);
    // Longer than a lease, its end, and the next holder's way to its write: what was held up comes after that.
    const stallUs = secondsUs(5);
    // Before the leader dies, as requests that wait for the next one would keep their clients from the lock.
    const stalls = [secondsUs(1), secondsUs(9), secondsUs(17)].map((s) => {
      const atUs = s + draw.below(1_500_000);
      // All but one: whoever holds the lock is likely among them, and somebody is left to take it.
      const free = draw.below(clients);
      const held = Array.from({ length: clients }, (_, c) => servers + c);
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
    const crashUs = secondsUs(25);
    const cutUs = secondsUs(29) + draw.below(1_000_000);
    const pauseUs = secondsUs(34) + draw.below(500_000);
    return {
      shape: cluster({ servers, clients }),
      faults: [
        ...stalls,
        { kind: 'crash', atUs: crashUs, untilUs: crashUs + secondsUs(2), nodes: { of: 'leader' } },
        ...minorityThenPause(draw, { cutUs, pauseUs }),
      ],
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 80,
        pauseUs: 100_000,
        locks: 1,
        ttlUs,
        // Most of a round lies between the grant and the write.
        holdUs: 250_000,
      }),
      durationUs: secondsUs(40),
      // Longer than a stall: the client waits, as one that stands still does.
      deadlineUs: stallUs + secondsUs(2),
    };
  },
});
