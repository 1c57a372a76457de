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
    const stallUs = secondsUs(5) + draw.below(500_000);
    const stallAtUs = secondsUs(7) + draw.below(500_000);
    // All but one: whoever holds the lock is likely among them, and somebody is left to take it.
    const free = draw.below(clients);
    const held = Array.from({ length: clients }, (_, c) => servers + c);
    const cutUs = secondsUs(15) + draw.below(1_000_000);
    const pauseUs = secondsUs(20) + draw.below(500_000);
    return {
      shape: cluster({ servers, clients }),
      faults: [
        { kind: 'crash', atUs: secondsUs(3), untilUs: secondsUs(5), nodes: { of: 'leader' } },
        {
          kind: 'partition',
          mode: 'stall',
          atUs: stallAtUs,
          untilUs: stallAtUs + stallUs,
          links: {
            from: { of: 'nodes', nodes: held.filter((id) => id !== servers + free) },
            to: { of: 'servers' },
            bothWays: false,
          },
        },
        ...minorityThenPause(draw, { cutUs, pauseUs }),
      ],
      clients: lockOperations(draw.fork('operations'), {
        clients,
        count: 60,
        pauseUs: 100_000,
        locks: 1,
        ttlUs,
        holdUs: 150_000,
      }),
      durationUs: secondsUs(27),
      // Longer than a stall: the client waits, as one that stands still does.
      deadlineUs: stallUs + secondsUs(2),
    };
  },
});
