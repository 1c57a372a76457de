/** Servers are changed by leaders that are cut off and by ones that a server misses, and nobody corrects it for a while. */
import {
  cluster,
  defineScenario,
  kvOperations,
  nodeCount,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import type { Fault, NodeTarget, Operation, Prng, Shape } from '../../../harness/spec.ts';

const servers = 5;
const voters = 3;
const writers = 3;
/** One cut and the quiet after it. */
const roundUs = secondsUs(8);
const rounds = 4;

export const changesOverwritten = defineScenario({
  name: 'changes-overwritten',
  claim:
    'A change of servers that a leader began while it was cut off is forgotten with it, and one that a server missed comes to it with a snapshot.',
  promises: ['servers-agreed', 'membership-change-safe', 'linearizable', 'log-matching'],
  effective: 'any',
  story(draw) {
    const shape = cluster({ servers, clients: rounds + writers });
    const starts = Array.from({ length: rounds }, (_, i) => {
      return secondsUs(2) + i * roundUs + draw.below(500_000);
    });
    return {
      shape,
      faults: starts.flatMap((atUs, i) =>
        i % 2 === 0 ? cutOff(shape, nodeCount(shape) + i, atUs) : missing(draw, atUs),
      ),
      clients: sideBySide(
        starts.map((us, i) => change(draw.fork(`change ${i}`), i, us)),
        kvOperations(draw.fork('operations'), {
          clients: writers,
          count: 600,
          pauseUs: 50_000,
          keys: 3,
          mix: { read: 1, write: 4 },
        }),
      ),
      durationUs: secondsUs(2) + rounds * roundUs,
      // Shorter than a cut: who is cut off with a leader does not ask the next one for the same.
      deadlineUs: secondsUs(1),
      // A server that was away for a few seconds finds its part of the log compacted.
      extra: { voters, snapshotBytes: 1_000 },
    };
  },
});

/** The leader and the client that asks it for a change, from all others. */
function cutOff({ nodes }: Shape, asker: number, atUs: number): Fault[] {
  const others = Array.from({ length: rounds + writers }, (_, i) => nodes.length + i);
  const [leader, followers] = [{ of: 'leader' }, { of: 'followers' }] as const;
  const cut = (from: NodeTarget, to: NodeTarget): Fault => ({
    kind: 'partition',
    mode: 'drop',
    atUs,
    untilUs: atUs + secondsUs(1.6),
    links: { from, to, bothWays: true },
  });
  return [
    cut(leader, followers),
    cut(leader, { of: 'nodes', nodes: others.filter((c) => c !== asker) }),
    cut({ of: 'node', node: asker }, followers),
  ];
}

/** One of the first servers is down while the others change. */
function missing(draw: Prng, atUs: number): Fault[] {
  const nodes = { of: 'node', node: draw.below(voters) } as const;
  return [{ kind: 'crash', atUs, untilUs: atUs + secondsUs(4), nodes }];
}

/** Looks who leads, and asks for a change a moment after the cut, or a while after the crash. */
function change(draw: Prng, round: number, startUs: number): Operation[] {
  const askedUs = secondsUs(round % 2 === 0 ? 0 : 1) + draw.between(10_000, 60_000);
  const lookedUs = secondsUs(0.3);
  const spare = [voters, voters + 1];
  // What is asked of a leader that is cut off is not done: the second round adds them, the fourth takes them out.
  const value = round < 2 ? { add: spare, remove: [] } : { add: [], remove: spare };
  const id = 2 * round;
  return [
    { id, afterUs: startUs - lookedUs, f: 'read', key: 'a', value: null },
    { id: id + 1, afterUs: lookedUs + askedUs, f: 'change-servers', key: 'servers', value },
  ];
}
