/** Snapshots in many small pieces over slow links: one side or the other is lost on the way, and keys change and go meanwhile. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeTarget, Prng } from '../../../harness/spec.ts';

const servers = 5;
const all: NodeTarget = { of: 'servers' };
/** One server is away, comes back for a snapshot, and something happens to that. */
const roundUs = secondsUs(4);
const rounds = 3;

export const brokenTransfers = defineScenario({
  name: 'broken-transfers',
  claim:
    'A snapshot that is broken off on its way, by the loss of who sends it or of who gets it, is begun again; it tells of one moment, however much changes meanwhile.',
  promises: ['state-agrees', 'catches-up', 'linearizable', 'log-matching'],
  // Upon the message that it is about, which nobody sees in time in a real process.
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const lastUs = secondsUs(1) + rounds * roundUs;
    const endUs = lastUs + secondsUs(9);
    return {
      shape: cluster({ servers, clients: 3 }),
      faults: [
        {
          kind: 'latency',
          atUs: 0,
          untilUs: lastUs + secondsUs(2.2),
          delayUs: draw.between(2_000, 10_000),
          jitterUs: draw.between(0, 20_000),
          links: { from: all, to: all, bothWays: false },
        },
        // Then a server's own takes long, too, and a follower's comes before it.
        ...(draw.chance(500)
          ? [{ kind: 'disk', atUs: 0, untilUs: lastUs, delayUs: 30_000, nodes: all } as const]
          : []),
        ...Array.from({ length: rounds }, (_, i) =>
          round(draw.fork(`round ${i}`), secondsUs(1) + i * roundUs),
        ).flat(),
        ...lastRound(draw.fork('last'), lastUs, endUs),
      ],
      clients: kvOperations(draw.fork('operations'), {
        clients: 3,
        count: 180,
        pauseUs: 65_000,
        keys: 48,
        mix: { read: 3, write: 6, delete: 4, cas: 2 },
      }),
      durationUs: endUs,
      deadlineUs: secondsUs(1),
      extra: {
        snapshotBytes: 1_500,
        pieceBytes: draw.pick([100, 200, 400]),
        historyMax: 40,
      },
    };
  },
});

function round(draw: Prng, atUs: number): Fault[] {
  const backUs = atUs + draw.between(1_400_000, 2_000_000);
  const untilUs = atUs + roundUs - 300_000;
  const away: Fault = {
    kind: 'partition',
    mode: 'drop',
    atUs,
    untilUs: backUs,
    links: { from: { of: 'node', node: draw.below(servers) }, to: all, bothWays: true },
  };
  const like = { piece: draw.between(0, 12) };
  const downUs = draw.between(50_000, 900_000);
  const upon = (kind: string): Fault => ({
    kind: 'crash',
    atUs: backUs - 200_000,
    untilUs,
    nodes: all,
    upon: { of: 'message', like: { kind, ...like }, nth: 1, downUs },
  });
  const cutUs = backUs + draw.between(100_000, 600_000);
  const cut: Fault = {
    kind: 'partition',
    mode: draw.pick(['drop', 'stall']),
    atUs: cutUs,
    untilUs: cutUs + draw.between(400_000, 1_200_000),
    links: { from: { of: 'leader' }, to: { of: 'followers' }, bothWays: draw.chance(500) },
  };
  const [atOnce, permille] = [{ atUs: backUs - 200_000, untilUs }, draw.between(100, 400)];
  const between = { from: all, to: all, bothWays: false };
  const disturbed: Fault[] = [
    { kind: 'duplicate', ...atOnce, permille, links: between },
    { kind: 'reorder', ...atOnce, permille, links: between },
    { kind: 'loss', ...atOnce, permille: permille >> 1, links: between },
  ];
  const trouble = draw.pick([[upon('install')], [upon('installed')], [cut], disturbed]);
  return [away, ...trouble, ...(draw.chance(300) ? disturbed : [])];
}

/**
 * Two are away. One of them is lost in the middle of its snapshot: for good, so that the other must not wait for it, or
 * for a moment, after which it needs its beginning again.
 */
function lastRound(draw: Prng, atUs: number, endUs: number): Fault[] {
  const [lost, other] = draw.shuffle([...Array(servers).keys()]) as [number, number];
  const backUs = atUs + secondsUs(2);
  const away = (node: number, untilUs: number): Fault => {
    const from: NodeTarget = { of: 'node', node };
    return {
      kind: 'partition',
      mode: 'drop',
      atUs,
      untilUs,
      links: { from, to: all, bothWays: true },
    };
  };
  const piece = draw.between(1, 4);
  const [untilUs, downUs] = draw.chance(500) ? [endUs, endUs] : [backUs + 300_000, 50_000];
  return [
    away(lost, backUs),
    away(other, backUs + 300_000),
    {
      kind: 'crash',
      atUs: backUs,
      untilUs,
      nodes: { of: 'node', node: lost },
      upon: { of: 'message', like: { kind: 'installed', piece }, nth: 1, downUs },
    },
  ];
}
