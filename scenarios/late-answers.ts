/** Leaderships are short and return, and answers that were given to earlier ones arrive late. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../harness/index.ts';
import type { Fault, NodeTarget } from '../harness/index.ts';

/**
 * Clients that keep reading from the old leader, and clients that have lost it before the others did.
 * Those that read are many and each reads seldom: at any moment one asks anew, however long the
 * others wait for an answer.
 */
const [near, far] = [24, 8];

export const lateAnswers = defineScenario({
  name: 'late-answers',
  claim:
    'What servers acknowledged before an election, and what arrives only after it, confirms nothing: neither to a deposed leader nor to one that leads again.',
  promises: [
    'linearizable',
    'session-guarantees',
    'election-safety',
    'log-matching',
    'leader-completeness',
  ],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = cluster({ servers: 3, clients: near + far });
    const leader: NodeTarget = { of: 'leader' };
    const followers: NodeTarget = { of: 'followers' };
    const farClients: NodeTarget = {
      of: 'nodes',
      nodes: Array.from({ length: far }, (_, i) => shape.nodes.length + near + i),
    };
    const node = (id: number): NodeTarget => ({ of: 'node', node: id });
    const faults: Fault[] = [];
    const calmUs = secondsUs(16);
    for (let atUs = 500_000; atUs < calmUs; atUs += draw.between(600_000, 1_200_000)) {
      // Answers from the time before the cut come out of the stall while the old leader still believes.
      const isHeldBack = draw.chance(500);
      const cutUs = atUs + draw.between(200_000, 400_000);
      const untilUs = cutUs + draw.between(350_000, 600_000);
      faults.push(
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs,
          links: { from: leader, to: farClients, bothWays: true },
        },
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs,
          links: { from: leader, to: followers, bothWays: !isHeldBack },
        },
      );
      if (isHeldBack) {
        faults.push({
          kind: 'partition',
          mode: 'stall',
          atUs: cutUs - 12_000,
          untilUs: cutUs + draw.between(260_000, 330_000),
          links: { from: followers, to: leader, bothWays: false },
        });
      }
    }
    // Answers of one server to another come out after elections have come and gone.
    for (let atUs = secondsUs(1); atUs < calmUs; atUs += draw.between(1_000_000, 3_000_000)) {
      const one = draw.below(3);
      faults.push({
        kind: 'partition',
        mode: 'stall',
        atUs,
        untilUs: atUs + draw.between(1_500_000, 4_000_000),
        links: { from: node(one), to: node((one + 1 + draw.below(2)) % 3), bothWays: false },
      });
    }
    const operations = { clients: near + far, keys: 1 };
    const reading = kvOperations(draw.fork('near'), {
      ...operations,
      count: 80,
      pauseUs: 200_000,
      mix: { read: 1 },
    });
    const writing = kvOperations(draw.fork('far'), {
      ...operations,
      count: 600,
      pauseUs: 15_000,
      mix: { read: 1, write: 3 },
    });
    return {
      shape,
      faults: faults.sort((a, b) => a.atUs - b.atUs),
      clients: [...reading.slice(0, near), ...writing.slice(near)],
      durationUs: calmUs + secondsUs(3),
      deadlineUs: 500_000,
    };
  },
});
