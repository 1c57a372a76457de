/** All servers start again together over slow links, and votes are held back until their candidates stand once more. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeTarget } from '../../../harness/spec.ts';

const roundUs = secondsUs(2);
const rounds = 8;

export const heldBackVotes = defineScenario({
  name: 'held-back-votes',
  claim:
    'A vote that arrives when its candidate stands in a later term counts for nothing: each term has one leader at most.',
  promises: ['election-safety', 'never-goes-back', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const servers = draw.pick([3, 3, 5]);
    const all: NodeTarget = { of: 'servers' };
    const calmUs = rounds * roundUs;
    const delayUs = draw.between(30_000, 60_000);
    const faults: Fault[] = [
      {
        kind: 'latency',
        atUs: 0,
        untilUs: calmUs,
        delayUs,
        jitterUs: 0,
        links: { from: all, to: all, bothWays: false },
      },
    ];
    for (let round = 0; round < rounds; round++) {
      const atUs = round * roundUs + 100_000;
      const upUs = atUs + 100_000;
      faults.push({ kind: 'crash', atUs, untilUs: upUs, nodes: all });
      // One after the other on its way back to each server: whoever stands first is not known before.
      for (let heldUs = upUs + 100_000; heldUs < atUs + roundUs - 600_000;) {
        const one = draw.below(servers);
        const untilUs = heldUs + draw.between(200_000, 500_000);
        faults.push({
          kind: 'partition',
          mode: 'stall',
          atUs: heldUs,
          untilUs,
          links: {
            from: { of: 'node', node: one },
            to: { of: 'node', node: (one + 1 + draw.below(servers - 1)) % servers },
            bothWays: false,
          },
        });
        heldUs += draw.between(50_000, 150_000);
      }
    }
    return {
      shape: cluster({ servers, clients: 2 }),
      faults: faults.sort((a, b) => a.atUs - b.atUs),
      clients: kvOperations(draw.fork('operations'), {
        clients: 2,
        count: 80,
        pauseUs: 200_000,
        keys: 1,
        mix: { read: 1, write: 3 },
      }),
      durationUs: calmUs + secondsUs(3),
      deadlineUs: secondsUs(1),
      extra: { tellsProgress: true },
    };
  },
});
