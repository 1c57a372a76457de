/** Servers are added, taken out and replaced while others are cut off and crash. */
import {
  cluster,
  defineScenario,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Fault, NodeId, Operation, Prng } from '../../../harness/spec.ts';

const servers = 6;
const clients = 5;
const voters = 3;
const calmUs = secondsUs(20);

export const serversChange = defineScenario({
  name: 'servers-change',
  claim:
    'When servers are added, taken out and replaced while others are cut off or crash, no two leaders decide apart, and nothing that was acknowledged is lost or done twice.',
  promises: [
    'membership-change-safe',
    'linearizable',
    'executed-once',
    'state-agrees',
    'election-safety',
    'log-matching',
    'leader-completeness',
  ],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers, clients }),
    faults: drawFaults(draw.fork('faults')),
    clients: sideBySide(
      [drawChanges(draw.fork('changes'))],
      kvOperations(draw.fork('operations'), {
        clients: clients - 1,
        count: 150,
        pauseUs: 100_000,
        keys: 3,
        mix: { read: 4, write: 4, cas: 2 },
      }),
    ),
    durationUs: calmUs + secondsUs(5),
    // Some changes come by a snapshot.
    extra: { voters, snapshotBytes: draw.pick([3_000, 4_000_000]) },
  }),
});

/** Two to five voters at any time, as far as each change is done; the next is asked for whether or not. */
function drawChanges(draw: Prng): Operation[] {
  let now: NodeId[] = Array.from({ length: voters }, (_, id) => id);
  return Array.from({ length: 16 }, (_, id) => {
    const others = Array.from({ length: servers }, (_, n) => n).filter((n) => !now.includes(n));
    const size = now.length;
    const adds = Math.min(draw.between(0, 2), others.length, 5 - size + 2);
    const removes = draw.between(Math.max(size + adds - 5, adds === 0 ? 1 : 0), 2);
    const add = draw.shuffle(others).slice(0, adds);
    const remove = draw.shuffle([...now]).slice(0, Math.min(removes, size + adds - 2));
    now = [...now.filter((n) => !remove.includes(n)), ...add];
    const value = { add, remove };
    return { id, afterUs: draw.below(800_000), f: 'change-servers', key: 'servers', value };
  });
}

/** The servers and clients are cut in two, or some servers crash; now and then both at once. */
function drawFaults(draw: Prng): Fault[] {
  const faults: Fault[] = [];
  const everybody = Array.from({ length: servers + clients }, (_, id) => id);
  for (let atUs = secondsUs(1); atUs < calmUs; atUs += draw.between(500_000, 2_500_000)) {
    const untilUs = Math.min(calmUs, atUs + draw.between(400_000, 2_000_000));
    if (draw.chance(450)) {
      const nodes = draw.pick([
        { of: 'leader' as const },
        { of: 'node' as const, node: draw.below(servers) },
      ]);
      faults.push({ kind: 'crash', atUs, untilUs, nodes });
    } else {
      const order = draw.shuffle([...everybody]);
      const cut = draw.between(3, everybody.length - 3);
      const links = {
        from: { of: 'nodes' as const, nodes: order.slice(0, cut) },
        to: { of: 'nodes' as const, nodes: order.slice(cut) },
        bothWays: true,
      };
      faults.push({ kind: 'partition', mode: 'drop', atUs, untilUs, links });
    }
  }
  return faults;
}
