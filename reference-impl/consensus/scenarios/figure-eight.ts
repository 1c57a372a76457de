/** Two pairs of servers lead in turns, with the voice of a fifth that hears them late: figure 8 of the Raft paper. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeId, NodeTarget, Prng } from '../../../harness/spec.ts';

const clients = 3;
const calmUs = secondsUs(24);

export const figureEight = defineScenario({
  name: 'figure-eight',
  claim:
    'When leaders are cut off one after another and each leaves entries behind that only some servers hold, no entry that was committed is ever replaced (figure 8 of the Raft paper).',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  story: (draw) => ({
    shape: cluster({ servers: 5, clients }),
    faults: inTurns(draw.fork('faults')),
    clients: kvOperations(draw.fork('operations'), {
      clients,
      count: 100,
      pauseUs: 100_000,
      keys: 2,
      mix: { read: 2, write: 6, cas: 1 },
    }),
    durationUs: secondsUs(28),
    deadlineUs: 500_000,
    // One entry at a time: a new leader hands on for long what it found before what it adds.
    extra: { batchMax: 1 },
  }),
});

/**
 * Either pair leads while the other is cut off. What a leader says reaches its mate at once and the fifth, whose
 * voice it needs, so late that the next leader is often elected by one who has not got the last entries.
 */
function inTurns(draw: Prng): Fault[] {
  const [fifth = 0, a = 1, b = 2, c = 3, d = 4] = draw.shuffle([0, 1, 2, 3, 4]);
  const faults: Fault[] = [
    {
      kind: 'latency',
      atUs: 0,
      untilUs: calmUs,
      delayUs: 100_000,
      jitterUs: 30_000,
      links: { from: nodes(a, b, c, d), to: nodes(fifth), bothWays: false },
    },
  ];
  for (let turn = 0, atUs = secondsUs(1); atUs < calmUs - secondsUs(1); turn++) {
    const untilUs = atUs + draw.between(300_000, 700_000);
    // The fifth first: whom both pairs hear would lead to the end.
    const outside = turn === 0 ? [fifth] : turn % 2 === 0 ? [a, b] : [c, d];
    const inside = [fifth, a, b, c, d].filter((id) => !outside.includes(id));
    const links = { from: nodes(...outside), to: nodes(...inside), bothWays: true };
    faults.push({ kind: 'partition', mode: 'drop', atUs, untilUs, links });
    atUs = untilUs;
  }
  return faults;
}

function nodes(...ids: readonly NodeId[]): NodeTarget {
  return { of: 'nodes', nodes: ids };
}
