/** Leadership is handed from one server to the next while messages are late, lost, and servers crash. */
import {
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Fault, Prng } from '../../../harness/spec.ts';

const servers = 3;
const clients = 5;
const calmUs = secondsUs(16);

export const leaderHandsOver = defineScenario({
  name: 'leader-hands-over',
  claim:
    'When leadership is handed over again and again, and the word to take over is late or lost, one leader at most is elected in a term, and nothing that was acknowledged is lost.',
  promises: [
    'linearizable',
    'executed-once',
    'election-safety',
    'log-matching',
    'leader-completeness',
    'leadership',
  ],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers, clients }),
    faults: drawFaults(draw.fork('faults')),
    clients: sideBySide(
      drawOperations(draw.fork('hand-overs'), { clients: 1, count: 20, pauseUs: 300_000 }, (d) => ({
        f: 'hand-over',
        key: 'leader',
        value: d.below(servers),
      })),
      kvOperations(draw.fork('operations'), {
        clients: clients - 1,
        count: 200,
        pauseUs: 60_000,
        keys: 3,
        mix: { read: 4, write: 4, cas: 2 },
      }),
    ),
    // As long as it may take until one leads for good.
    durationUs: calmUs + secondsUs(16),
    deadlineUs: secondsUs(1),
  }),
});

/**
 * Links between two servers are slow, so that the word to stand comes just after its leader has given up
 * and goes on, or stall, so that it comes much later; now and then the leader crashes or is stopped.
 */
function drawFaults(draw: Prng): Fault[] {
  const all = { of: 'servers' as const };
  const faults: Fault[] = [
    {
      kind: 'loss',
      atUs: 0,
      untilUs: calmUs,
      permille: draw.between(10, 50),
      links: { from: all, to: all, bothWays: false },
    },
  ];
  for (let atUs = 500_000; atUs < calmUs; atUs += draw.between(400_000, 1_400_000)) {
    const untilUs = Math.min(calmUs, atUs + draw.between(500_000, 2_500_000));
    const [a = 0, b = 0] = draw.shuffle([...Array(servers).keys()]);
    const links = {
      from: { of: 'node' as const, node: a },
      to: { of: 'node' as const, node: b },
      bothWays: draw.chance(200),
    };
    if (draw.chance(200)) {
      const clean = draw.chance(500) && ({ clean: true } as const);
      faults.push({ kind: 'crash', ...clean, atUs, untilUs, nodes: { of: 'leader' } });
    } else if (draw.chance(300)) {
      faults.push({ kind: 'partition', mode: 'stall', atUs, untilUs, links });
    } else {
      const delayUs = draw.between(100_000, 290_000);
      faults.push({ kind: 'latency', atUs, untilUs, delayUs, jitterUs: 5_000, links });
    }
  }
  return faults;
}
