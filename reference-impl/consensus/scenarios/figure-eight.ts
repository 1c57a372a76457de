/** Leaders are lost one after another while entries of older terms are still on their way to the others. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault } from '../../../harness/spec.ts';

export const figureEight = defineScenario({
  name: 'figure-eight',
  claim:
    'When leaders crash one after another and each leaves entries behind that only some servers hold, no entry that was committed is ever replaced (figure 8 of the Raft paper).',
  promises: ['linearizable', 'election-safety', 'log-matching', 'leader-completeness'],
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({ servers: 5, clients: 6 });
    const servers = { of: 'servers' as const };
    const delayUs = draw.between(20_000, 60_000);
    const calmUs = secondsUs(24);
    const faults: Fault[] = [
      {
        kind: 'latency',
        atUs: 0,
        untilUs: calmUs,
        delayUs,
        jitterUs: delayUs >> 1,
        links: { from: servers, to: servers, bothWays: false },
      },
    ];
    // Soon after an election, while the new leader still hands on what it found, one entry at a time.
    for (
      let atUs = secondsUs(1);
      atUs < calmUs - secondsUs(1);
      atUs += draw.between(100_000, 350_000)
    ) {
      faults.push({
        kind: 'crash',
        atUs,
        untilUs: atUs + draw.between(300_000, 700_000),
        nodes: { of: 'leader' },
      });
    }
    return {
      shape,
      faults,
      clients: kvOperations(draw.fork('operations'), {
        clients: 6,
        count: 200,
        pauseUs: 50_000,
        keys: 2,
        mix: { read: 2, write: 6, cas: 1 },
      }),
      durationUs: secondsUs(30),
      extra: { batchMax: 1 },
    };
  },
});
