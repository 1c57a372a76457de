/** Messages between servers come twice, late and out of order, while leaders change and snapshots are taken. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeTarget } from '../../../harness/spec.ts';

export const answersOvertake = defineScenario({
  name: 'answers-overtake',
  claim:
    'When messages between servers come twice, out of order and after those that followed them, while leaders change, nothing that a server knew for sure is taken back, and each request is answered once all is well.',
  promises: [
    'never-goes-back',
    'linearizable',
    'definite-failures',
    'election-safety',
    'log-matching',
    'leader-completeness',
    'state-agrees',
    'every-request-answered',
  ],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const servers = draw.pick([3, 3, 4, 5]);
    const all: NodeTarget = { of: 'servers' };
    const calmUs = secondsUs(14);
    const between = { from: all, to: all, bothWays: false };
    const faults: Fault[] = [];
    for (let atUs = 300_000; atUs < calmUs - secondsUs(2);) {
      const untilUs = atUs + draw.between(1_000_000, 3_000_000);
      faults.push(
        { kind: 'duplicate', atUs, untilUs, permille: draw.between(100, 400), links: between },
        {
          kind: 'reorder',
          atUs,
          untilUs,
          permille: draw.between(50, 400),
          links: between,
        },
      );
      if (draw.chance(400)) {
        const jitterUs = draw.between(20_000, 300_000);
        faults.push({ kind: 'latency', atUs, untilUs, delayUs: 2_000, jitterUs, links: between });
      }
      // Elections and entries of elections that were given up lie between a message and its copy.
      const cutUs = atUs + draw.between(100_000, 600_000);
      const backUs = cutUs + draw.between(200_000, 900_000);
      const isCrash = draw.chance(300);
      const leader: NodeTarget = { of: 'leader' };
      faults.push(
        isCrash
          ? { kind: 'crash', atUs: cutUs, untilUs: backUs, nodes: leader }
          : {
              kind: 'partition',
              mode: draw.pick(['drop', 'stall']),
              atUs: cutUs,
              untilUs: backUs,
              links: { from: leader, to: { of: 'followers' }, bothWays: draw.chance(500) },
            },
      );
      // Away for long enough to need a snapshot, where they are small.
      if (draw.chance(400)) {
        const away: NodeTarget = { of: 'node', node: draw.below(servers) };
        faults.push({
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: untilUs - 200_000,
          links: { from: away, to: all, bothWays: true },
        });
      }
      atUs = untilUs + draw.between(0, 500_000);
    }
    return {
      shape: cluster({ servers, clients: 6 }),
      faults: faults.sort((a, b) => a.atUs - b.atUs),
      clients: kvOperations(draw.fork('operations'), {
        clients: 6,
        count: 250,
        pauseUs: 60_000,
        keys: 4,
        mix: { read: 3, write: 5, cas: 1 },
      }),
      durationUs: calmUs + secondsUs(8),
      deadlineUs: secondsUs(1),
      extra: {
        tellsProgress: true,
        // Half of the time so small that copies come from before a snapshot.
        ...(draw.chance(500) && { snapshotBytes: draw.pick([500, 2_000]) }),
        ...(draw.chance(500) && { batchMax: draw.pick([1, 4]) }),
      },
    };
  },
});
