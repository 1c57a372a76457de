/** A server is killed just after it voted in a term that it knew, and another of that term asks it then. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeTarget, Prng } from '../../../harness/spec.ts';

const servers = 3;
const clients = 2;
const calmUs = secondsUs(60);

export const crashAtVote = defineScenario({
  name: 'crash-at-vote',
  claim:
    'When a server is killed just after it voted, and is back when another candidate of the same term asks, it does not vote twice.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers, clients }),
    faults: drawFaults(draw.fork('faults')),
    clients: kvOperations(draw.fork('operations'), {
      clients,
      count: 300,
      pauseUs: 150_000,
      keys: 3,
      mix: { read: 3, write: 5, cas: 1 },
    }),
    durationUs: calmUs + secondsUs(3),
    deadlineUs: secondsUs(1),
  }),
});

function drawFaults(draw: Prng): Fault[] {
  const faults: Fault[] = [];
  for (let atUs = secondsUs(1); atUs < calmUs;) {
    const { faults: some, untilUs } = twoCandidates(draw, atUs);
    faults.push(...some);
    atUs = untilUs + draw.between(100_000, 300_000);
  }
  return faults;
}

/**
 * Two stand in one term who do not hear of each other, and a third votes for both. It is behind, so that
 * it asks in vain whether it may stand, and the answer, which overtakes the first one's request, tells it
 * the term: it votes in a term that it knew. The second hears nobody until then, and finds it back
 * before it has heard that the first one leads.
 */
function twoCandidates(
  draw: Prng,
  atUs: number,
): { readonly faults: readonly Fault[]; readonly untilUs: number } {
  const [first = 0, second = 0, voter = 0] = draw.shuffle([...Array(servers).keys()]);
  const node = (id: number): NodeTarget => ({ of: 'node', node: id });
  const apart = (from: number, to: number, sinceUs: number, untilUs: number): Fault => ({
    kind: 'partition',
    mode: 'drop',
    atUs: sinceUs,
    untilUs,
    links: { from: node(from), to: node(to), bothWays: true },
  });
  // Long enough for an election and some writes without the voter.
  const cutUs = atUs + draw.between(700_000, 1_000_000);
  const firstUs = cutUs + draw.between(100_000, 300_000);
  const secondUs = firstUs + draw.between(300_000, 700_000);
  const untilUs = secondUs + 400_000;
  return {
    untilUs,
    faults: [
      apart(voter, first, atUs, firstUs),
      apart(voter, second, atUs, secondUs),
      apart(first, second, cutUs, untilUs),
      {
        kind: 'latency',
        atUs: cutUs,
        untilUs,
        delayUs: 60_000,
        jitterUs: 300_000,
        links: { from: node(first), to: node(voter), bothWays: false },
      },
      {
        kind: 'clock',
        atUs: cutUs,
        untilUs,
        nodes: node(voter),
        jumpUs: 0,
        driftPpm: 1_500_000,
      },
      {
        kind: 'crash',
        atUs: firstUs,
        untilUs,
        nodes: node(voter),
        upon: {
          of: 'message',
          like: { kind: 'vote', isPre: false, isGranted: true },
          nth: 1,
          downUs: draw.between(1_000, 5_000),
        },
      },
    ],
  };
}
