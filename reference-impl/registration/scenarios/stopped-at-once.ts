/** Instances are told to stop when they have only just started: what they asked the registry for is still under way. */
import {
  defineScenario,
  nodesWithRole,
  requestOperations,
  secondsUs,
} from '../../../harness/spec.ts';
import { frontCallsBack } from './common.ts';

const clients = 2;
const turnUs = secondsUs(12);

export const stoppedAtOnce = defineScenario({
  name: 'stopped-at-once',
  claim:
    'An instance that is told to stop while it registers is out of all lists as soon as one that had long been there.',
  promises: ['clean-leave', 'membership', 'discovery'],
  environments: ['simulation'],
  successesMin: 20,
  story(draw) {
    const shape = frontCallsBack(clients);
    const turns = draw.shuffle(nodesWithRole(shape, 'service').flatMap((node) => [node, node]));
    const durationUs = secondsUs(2) + turns.length * turnUs;
    return {
      shape,
      faults: turns.flatMap((node, i) => {
        const atUs = secondsUs(2) + i * turnUs;
        const againUs = atUs + secondsUs(2);
        const nodes = { of: 'node' as const, node };
        // A registration takes a few ms.
        const stopUs = againUs + 500 + draw.below(8_000);
        return [
          { kind: 'crash', clean: true, atUs, untilUs: againUs, nodes },
          { kind: 'crash', clean: true, atUs: stopUs, untilUs: stopUs + secondsUs(7), nodes },
        ];
      }),
      clients: requestOperations(draw, {
        clients,
        count: Math.floor(durationUs / secondsUs(1)),
        pauseUs: secondsUs(1),
        services: ['front', 'back'],
      }),
      durationUs,
      deadlineUs: secondsUs(2),
      extra: { trafficUs: secondsUs(1) },
    };
  },
});
