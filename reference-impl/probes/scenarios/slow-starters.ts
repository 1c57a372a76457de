/** Programs that start slowly; one hangs, another is of no use for a while, and a process comes back. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import { lookers, probedCluster, registryAlone, servers } from './probed.ts';

const [fronts, backs] = [2, 4];

export const slowStarters = defineScenario({
  name: 'slow-starters',
  claim:
    'A program that starts slowly is waited for, one that hangs is restarted, one that is not ready gets no calls until it is.',
  promises: ['unready-spared', 'restarted-for-cause'],
  environments: ['simulation'],
  story(draw) {
    const first = servers + fronts;
    const all = draw.shuffle(Array.from({ length: backs }, (_, i) => first + i));
    const [hungNode, lameNode, crashed] = all as [number, number, number];
    const crashUs = secondsUs(draw.between(18, 60));
    return {
      shape: probedCluster(fronts, backs),
      faults: [
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(1),
          nodes: { of: 'node', node: crashed },
        },
      ],
      clients: lookers(draw, 20),
      durationUs: secondsUs(80),
      extra: {
        ...registryAlone,
        probes: {
          hungNode,
          hungAtUs: secondsUs(draw.between(25, 35)),
          lameNode,
          lameAtUs: secondsUs(draw.between(25, 45)),
          lameForUs: secondsUs(draw.between(12, 20)),
        },
      },
    };
  },
});
