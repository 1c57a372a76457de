/** One node after the other is stopped cleanly and started again, as an update of a cluster does it. */
import {
  defineScenario,
  kvOperations,
  requestOperations,
  secondsUs,
  sideBySide,
} from '../../../harness/spec.ts';
import { frontCallsBack } from './common.ts';

const clients = 4;
/** From one stop to the next: down for as long as an update takes, then up and registered again. */
const turnUs = secondsUs(12);

export const rollingRestart = defineScenario({
  name: 'rolling-restart',
  claim:
    'When each node in turn is told to stop and is started again, it is gone from all lists at once, nobody suspects it, and clients see one store.',
  promises: ['clean-leave', 'membership', 'discovery', 'linearizable', 'election-safety'],
  environments: ['simulation', 'processes', 'containers'],
  successesMin: 50,
  story(draw) {
    const shape = frontCallsBack(clients);
    const turns = draw.shuffle(shape.nodes.map((_, node) => node));
    const durationUs = secondsUs(2) + turns.length * turnUs;
    const perClient = Math.floor(durationUs / secondsUs(1));
    return {
      shape,
      faults: turns.map((node, i) => {
        const atUs = secondsUs(2) + i * turnUs + draw.below(500_000);
        const nodes = { of: 'node' as const, node };
        return { kind: 'crash', clean: true, atUs, untilUs: atUs + secondsUs(7), nodes };
      }),
      clients: sideBySide(
        kvOperations(draw.fork('keys'), {
          clients: clients / 2,
          count: perClient,
          pauseUs: secondsUs(1),
          keys: 3,
          mix: { read: 4, write: 3, cas: 1 },
        }),
        requestOperations(draw.fork('requests'), {
          clients: clients / 2,
          count: perClient,
          pauseUs: secondsUs(1),
          services: ['front', 'back'],
        }),
      ),
      durationUs,
      deadlineUs: secondsUs(2),
      extra: { trafficUs: secondsUs(1) },
    };
  },
});
