/** Leadership is handed over, also to servers that have just come back, while clients write as fast as they can. */
import {
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';

const servers = 3;
const writers = 6;

export const busyHandOvers = defineScenario({
  name: 'busy-hand-overs',
  claim:
    'When leadership is handed over under a load of writes, nobody is told to lead who has not all of the log: whoever is told does lead.',
  promises: ['hand-over-heeded', 'linearizable', 'election-safety'],
  story(draw) {
    return {
      shape: cluster({ servers, clients: 1 + writers }),
      faults: Array.from({ length: 6 }, (_, i) => {
        const atUs = secondsUs(1 + 2.5 * i) + draw.below(300_000);
        const untilUs = atUs + draw.between(600_000, 1_200_000);
        return { kind: 'crash' as const, atUs, untilUs, nodes: { of: 'follower' as const } };
      }),
      clients: sideBySide(
        // Many of them to somebody who leads already, or is down.
        drawOperations(
          draw.fork('hand-overs'),
          { clients: 1, count: 120, pauseUs: 100_000 },
          (d) => ({
            f: 'hand-over',
            key: 'leader',
            value: d.below(servers),
          }),
        ),
        kvOperations(draw.fork('writes'), {
          clients: writers,
          count: 400,
          pauseUs: 20_000,
          keys: 6,
          mix: { write: 5, read: 1 },
        }),
      ),
      durationUs: secondsUs(18),
      deadlineUs: secondsUs(1),
    };
  },
});
