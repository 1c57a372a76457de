/** Servers are away while the log that they need is forgotten: they come back by a snapshot. */
import {
  cluster,
  defineScenario,
  interleave,
  kvOperations,
  lockOperations,
  secondsUs,
} from '../harness/index.ts';
import type { Fault } from '../harness/index.ts';

export const laggingServer = defineScenario({
  name: 'lagging-server',
  claim:
    'When the log that a server missed is forgotten, a snapshot brings it back with all that there was, and nothing that was acknowledged is lost or done twice.',
  promises: [
    'linearizable',
    'executed-once',
    'mutual-exclusion',
    'fencing',
    'session-guarantees',
    'state-agrees',
    'catches-up',
    'log-matching',
    'leader-completeness',
    'election-safety',
  ],
  story(draw) {
    const faults: Fault[] = [];
    // One after the other, the leader among them; the last of them rules over those before.
    for (const [i, of] of (['follower', 'leader', 'follower', 'leader'] as const).entries()) {
      const atUs = secondsUs(1 + 4 * i) + draw.below(500_000);
      const untilUs = atUs + draw.between(1_000_000, 3_000_000);
      faults.push({ kind: 'crash', atUs, untilUs, nodes: { of } });
    }
    // All at once, in the middle of whatever snapshot is on its way.
    const atUs = secondsUs(17) + draw.below(500_000);
    const untilUs = atUs + draw.between(100_000, 600_000);
    faults.push({ kind: 'crash', atUs, untilUs, nodes: { of: 'servers' } });
    return {
      shape: cluster({ servers: 3, clients: 4 }),
      faults,
      clients: interleave(
        kvOperations(draw.fork('operations'), {
          clients: 4,
          count: 200,
          pauseUs: 60_000,
          keys: 6,
          mix: { read: 4, 'read-stale': 2, write: 4, cas: 2, delete: 1 },
        }),
        lockOperations(draw.fork('locks'), {
          clients: 4,
          count: 30,
          pauseUs: 200_000,
          locks: 2,
          ttlUs: secondsUs(4),
          holdUs: 400_000,
        }),
      ),
      durationUs: secondsUs(24),
      deadlineUs: 1_000_000,
      extra: { snapshotBytes: 4_000 },
    };
  },
});
