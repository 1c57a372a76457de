/** A leader with a slow clock answers reads by its lease while others with fast ones elect another. */
import {
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Fault, NodeTarget, Prng } from '../../../harness/spec.ts';

const servers = 3;
const readers = 4;
const writers = 4;
const clients = 1 + readers + writers;
const calmUs = secondsUs(16);
/** Far more than clocks are wrong by, so that little else is between the lease and the next leader. */
const driftPpm = 400_000;

const slow: NodeTarget = { of: 'node', node: 0 };
const fast: NodeTarget = { of: 'nodes', nodes: [1, 2] };

export const leaseReads = defineScenario({
  name: 'lease-reads',
  claim:
    'Where clocks are wrong by no more than the lease allows for, a leader that answers by its lease never answers with less than others were told, whether it is cut off or has handed over.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers, clients }),
    faults: drawFaults(draw.fork('faults')),
    clients: sideBySide(
      // The server with the slow clock is to lead again and again.
      drawOperations(draw.fork('hand-overs'), { clients: 1, count: 60, pauseUs: 120_000 }, () => ({
        f: 'hand-over',
        key: 'leader',
        value: 0,
      })),
      kvOperations(draw.fork('reads'), {
        clients: readers,
        count: 500,
        pauseUs: 15_000,
        keys: 1,
        mix: { read: 1 },
      }),
      kvOperations(draw.fork('writes'), {
        clients: writers,
        count: 300,
        pauseUs: 20_000,
        keys: 1,
        mix: { write: 1 },
      }),
    ),
    durationUs: calmUs + secondsUs(4),
    deadlineUs: secondsUs(1),
    extra: { leaseDriftPpm: driftPpm },
  }),
});

function drawFaults(draw: Prng): Fault[] {
  const deaf = Array.from({ length: writers }, (_, c) => servers + 1 + readers + c);
  const always = { atUs: 0, untilUs: calmUs };
  const faults: Fault[] = [
    { kind: 'clock', ...always, nodes: slow, jumpUs: 0, driftPpm: -driftPpm },
    { kind: 'clock', ...always, nodes: fast, jumpUs: 0, driftPpm },
    // Who writes does not hear of it, and so finds the next leader while the readers still ask it.
    {
      kind: 'partition',
      mode: 'drop',
      ...always,
      links: { from: { of: 'nodes', nodes: deaf }, to: slow, bothWays: true },
    },
  ];
  for (let atUs = secondsUs(1); atUs < calmUs; atUs += draw.between(1_000_000, 1_600_000)) {
    faults.push(...loseLeadership(draw, atUs, atUs + draw.between(300_000, 500_000)));
  }
  return faults;
}

/** One way in which the others come to elect another while the slow one may believe in its lease. */
function loseLeadership(draw: Prng, atUs: number, untilUs: number): Fault[] {
  const cut = (from: NodeTarget, to: NodeTarget, bothWays: boolean): Fault => {
    return { kind: 'partition', mode: 'drop', atUs, untilUs, links: { from, to, bothWays } };
  };
  const way = draw.below(3);
  if (way === 0) return [cut(slow, fast, true)];
  if (way === 1) {
    // It is stopped, so that it hands over, and hears nothing of whether that came to pass.
    const stoppedUs = atUs + draw.below(10_000);
    return [
      cut(fast, slow, false),
      { kind: 'crash', clean: true, atUs: stoppedUs, untilUs: untilUs + 100_000, nodes: slow },
    ];
  }
  // It is not heard, and what it was answered before comes late.
  const delayUs = draw.between(80_000, 200_000);
  const links = { from: fast, to: slow, bothWays: false };
  const sinceUs = atUs - 400_000;
  return [
    cut(slow, fast, false),
    { kind: 'latency', atUs: sinceUs, untilUs, delayUs, jitterUs: 1_000, links },
  ];
}
