/** Leadership goes from server to server, without any fault, while clients read as fast as they can. */
import {
  cluster,
  defineScenario,
  drawOperations,
  kvOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';

const servers = 3;
const readers = 12;

export const readersHandedOver = defineScenario({
  name: 'readers-handed-over',
  claim:
    'Who waits for the answer to a read while its server hands leadership over is told so, and asks the next one at once.',
  promises: ['every-request-answered', 'hand-over-heeded'],
  environments: ['simulation'],
  story: (draw) => ({
    shape: cluster({ servers, clients: 1 + readers }),
    faults: [],
    clients: sideBySide(
      drawOperations(draw.fork('hand-overs'), { clients: 1, count: 30, pauseUs: 400_000 }, (d) => ({
        f: 'hand-over',
        key: 'leader',
        value: d.below(servers),
      })),
      kvOperations(draw.fork('reads'), {
        clients: readers,
        count: 1_000,
        pauseUs: 3_000,
        keys: 3,
        mix: { read: 1 },
      }),
    ),
    durationUs: secondsUs(15),
    deadlineUs: secondsUs(2),
    extra: { modes: false },
  }),
});
