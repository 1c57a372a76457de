/** Servers are killed just after they voted, and are back while others still ask for their votes. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, Prng } from '../../../harness/spec.ts';

const servers = 3;
const clients = 2;
const calmUs = secondsUs(16);
const all = { of: 'servers' as const };

export const crashAtVote = defineScenario({
  name: 'crash-at-vote',
  claim:
    'When servers are killed just after they voted, and are back while other candidates of the same term still ask, none of them votes twice.',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  effective: 'any',
  story: (draw) => ({
    shape: cluster({ servers, clients }),
    faults: drawFaults(draw.fork('faults')),
    clients: kvOperations(draw.fork('operations'), {
      clients,
      count: 60,
      pauseUs: 150_000,
      keys: 3,
      mix: { read: 3, write: 5, cas: 1 },
    }),
    durationUs: calmUs + secondsUs(3),
    deadlineUs: secondsUs(1),
  }),
});

/**
 * Nobody hears anybody until all have missed their leader; then all stand at once, over links so slow
 * that candidates of one term ask at different times, and two of them do not hear of each other.
 */
function drawFaults(draw: Prng): Fault[] {
  const delayUs = draw.between(30_000, 75_000);
  const links = { from: all, to: all, bothWays: false };
  const faults: Fault[] = [
    { kind: 'latency', atUs: 0, untilUs: calmUs, delayUs, jitterUs: delayUs - 1_000, links },
  ];
  for (let atUs = secondsUs(1); atUs < calmUs; atUs += draw.between(1_000_000, 1_200_000)) {
    const healedUs = atUs + draw.between(320_000, 450_000);
    faults.push({ kind: 'partition', mode: 'drop', atUs, untilUs: healedUs, links });
    const [one = 0, other = 0] = draw.shuffle([...Array(servers).keys()]);
    const apart = {
      from: { of: 'node' as const, node: one },
      to: { of: 'node' as const, node: other },
      bothWays: true,
    };
    faults.push({
      kind: 'partition',
      mode: 'drop',
      atUs,
      untilUs: healedUs + 500_000,
      links: apart,
    });
    for (const id of Array(servers).keys()) {
      const upon = {
        of: 'message',
        like: { kind: 'vote', isPre: false, isGranted: true },
        nth: 1,
        downUs: draw.between(1_000, 20_000),
      } as const;
      const nodes = { of: 'node' as const, node: id };
      faults.push({ kind: 'crash', atUs: healedUs, untilUs: healedUs + 500_000, nodes, upon });
    }
  }
  return faults;
}
