/** Votes take longer than servers wait for them, so that a second election begins before the first is told. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeTarget } from '../../../harness/spec.ts';

/** Clients that stay with the leader when it is cut off; one stays with the others. */
const near = 10;

export const lateVotes = defineScenario({
  name: 'late-votes',
  claim:
    'When votes come after the election that they were given in, and who lost has the longer log, each term has one leader at most, and it has all that was committed.',
  promises: [
    'never-goes-back',
    'linearizable',
    'election-safety',
    'log-matching',
    'leader-completeness',
    'leadership',
  ],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const servers = draw.pick([3, 3, 5]);
    const shape = cluster({ servers, clients: near + 1 });
    const all: NodeTarget = { of: 'servers' };
    const leader: NodeTarget = { of: 'leader' };
    const followers: NodeTarget = { of: 'followers' };
    const nearby = Array.from({ length: near }, (_, i) => servers + i);
    const calmUs = secondsUs(16);
    const faults: Fault[] = [];
    for (let atUs = 500_000; atUs < calmUs - secondsUs(3);) {
      // Nearly all clients stay with the old leader: its log grows by entries that nobody else has.
      const untilUs = atUs + draw.between(500_000, 1_200_000);
      const cut = (from: NodeTarget, to: NodeTarget): Fault => ({
        kind: 'partition',
        mode: 'drop',
        atUs,
        untilUs,
        links: { from, to, bothWays: true },
      });
      faults.push(
        cut(leader, { of: 'nodes', nodes: [servers + near] }),
        cut(leader, followers),
        cut({ of: 'nodes', nodes: nearby }, followers),
      );
      // Whoever leads the others is gone when it comes back; and then everything is slow.
      faults.push({
        kind: 'crash',
        atUs: untilUs - draw.between(0, 100_000),
        untilUs: untilUs + draw.between(300_000, 900_000),
        nodes: leader,
      });
      const slowUs = untilUs + draw.between(500_000, 2_000_000);
      const delayUs = draw.pick([1_000, draw.between(20_000, 250_000)]);
      faults.push({
        kind: 'latency',
        atUs: untilUs - draw.between(0, 300_000),
        untilUs: slowUs,
        delayUs,
        jitterUs: draw.between(0, 2 * delayUs),
        links: { from: all, to: all, bothWays: false },
      });
      atUs = slowUs + draw.between(200_000, 800_000);
    }
    const operations = { clients: near + 1, keys: 2, mix: { read: 1, write: 5 } };
    const many = kvOperations(draw.fork('near'), { ...operations, count: 1_500, pauseUs: 20_000 });
    const few = kvOperations(draw.fork('far'), { ...operations, count: 60, pauseUs: 300_000 });
    return {
      shape,
      faults: faults.sort((a, b) => a.atUs - b.atUs),
      clients: [...many.slice(0, near), ...few.slice(near)],
      durationUs: calmUs + secondsUs(6),
      deadlineUs: 400_000,
      extra: { tellsProgress: true },
    };
  },
});
