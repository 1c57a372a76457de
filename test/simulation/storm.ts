/** A program with every kind of fault at once, drawn from a seed: for tests of the simulation itself. */
import type { Fault, LinkTarget, NodeTarget } from '../../harness/core/fault.ts';
import { Prng } from '../../harness/core/prng.ts';
import type { Operation, Program } from '../../harness/core/program.ts';

const targets: readonly NodeTarget[] = [
  { of: 'leader' },
  { of: 'minority' },
  { of: 'node', node: 2 },
  { of: 'everyone' },
];

export function storm(seed: number, faults = 40): Program {
  const draw = new Prng(seed);
  const operation = (client: number, i: number): Operation => {
    const f = draw.pick(['write', 'read', 'note', 'recall', 'post', 'clock']);
    const key = f === 'post' ? `${draw.below(5)}>${draw.below(5)}` : String(draw.below(5));
    return { id: client * 1_000 + i, afterUs: draw.between(1_000, 200_000), f, key, value: `${i}` };
  };
  return {
    scenario: 'storm',
    shape: {
      nodes: [0, 1, 2, 3, 4].map((i) => ({ name: `n-${i}`, role: 'server', zone: 'a' })),
      clients: 3,
    },
    faults: Array.from({ length: faults }, () => drawFault(draw)),
    clients: [0, 1, 2].map((c) => Array.from({ length: 60 }, (_, i) => operation(c, i))),
    durationUs: 10_000_000,
    noiseSeed: seed,
    settings: { policyDivisor: 1, deadlineUs: 500_000, mutant: null, extra: {} },
  };
}

function drawFault(draw: Prng): Fault {
  const atUs = draw.below(9_000_000);
  const interval = { atUs, untilUs: atUs + draw.below(2_000_000) };
  const nodes = draw.pick(targets);
  const links: LinkTarget = { from: nodes, to: draw.pick(targets), bothWays: draw.chance(500) };
  const permille = draw.below(1_001);
  switch (draw.below(9)) {
    case 0:
      return {
        ...interval,
        kind: 'partition',
        links,
        mode: draw.pick(['drop', 'stall', 'refuse']),
      };
    case 1:
      return { ...interval, kind: 'latency', links, delayUs: 50_000, jitterUs: 80_000 };
    case 2:
      return { ...interval, kind: draw.pick(['loss', 'duplicate', 'reorder']), links, permille };
    case 3:
      return { ...interval, kind: 'bandwidth', links, rate: draw.between(1, 100) };
    case 4:
    case 5:
      return { ...interval, kind: 'crash', nodes };
    case 6:
      return { ...interval, kind: 'pause', nodes };
    case 7:
      return {
        ...interval,
        kind: 'clock',
        nodes,
        jumpUs: 5_000_000,
        driftPpm: draw.below(200_000),
      };
    default:
      return { ...interval, kind: 'disk', nodes, delayUs: draw.below(400_000) };
  }
}
