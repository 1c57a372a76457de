/** A server is cut off again and again: who leads is the business of the others. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';
import type { Fault } from '../harness/index.ts';

export const returningServer = defineScenario({
  name: 'returning-server',
  claim:
    'A server that loses the others, one way or both, and finds them again deposes no leader that a majority hears.',
  promises: ['leadership', 'linearizable', 'election-safety', 'log-matching'],
  story(draw) {
    const servers = draw.pick([3, 4, 5]);
    const shape = cluster({ servers, clients: 3 });
    // Always the same one: soon it follows, and the leader is never touched. Were it a role, nobody could
    // tell afterwards who was cut off and who was not.
    const one = { of: 'node', node: draw.below(servers) } as const;
    const faults: Fault[] = [];
    const calmUs = secondsUs(12);
    // Long enough for the first leader to be known.
    for (let atUs = secondsUs(4); atUs < calmUs; atUs += draw.between(400_000, 900_000)) {
      faults.push({
        kind: 'partition',
        mode: draw.pick(['drop', 'stall', 'refuse'] as const),
        atUs,
        untilUs: atUs + draw.between(200_000, 700_000),
        // Deaf, mute or both.
        links: draw.chance(500)
          ? { from: { of: 'everyone' }, to: one, bothWays: draw.chance(500) }
          : { from: one, to: { of: 'everyone' }, bothWays: draw.chance(500) },
      });
    }
    return {
      shape,
      faults,
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 160,
        pauseUs: 100_000,
        keys: 2,
        // Whoever has missed a write is elected by nobody: few are made.
        mix: { read: 30, write: 1 },
      }),
      durationUs: calmUs + secondsUs(6),
    };
  },
});
