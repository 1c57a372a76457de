/** Now and then a call of anybody fails; one instance fails all of them for a while. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import { firstBack, frontsUnderLoad } from '../../service-client/scenarios/fronts.ts';

export const failuresScattered = defineScenario({
  name: 'failures-scattered',
  claim:
    'Who fails five calls in a row is left out, for longer each time; who fails as many now and then is not.',
  promises: ['ejected-for-cause', 'ejected-spared', 'ejection-bounded'],
  environments: ['simulation'],
  story(draw) {
    const backs = draw.between(4, 6);
    const forUs = secondsUs(40);
    const atUs = secondsUs(10) + draw.below(secondsUs(5));
    const front = { of: 'service', service: 'front' } as const;
    const failing = { of: 'node', node: firstBack + draw.below(backs) } as const;
    return {
      ...frontsUnderLoad(draw, { backs, perSecond: draw.between(60, 90), forUs }),
      faults: [
        {
          kind: 'loss',
          atUs: secondsUs(4),
          untilUs: forUs,
          permille: draw.between(20, 60),
          links: { from: front, to: { of: 'service', service: 'back' }, bothWays: true },
        },
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: atUs + secondsUs(draw.between(5, 12)),
          links: { from: front, to: failing, bothWays: true },
        },
      ],
      extra: {
        modes: false,
        breaker: { failureThreshold: 1_000_000 },
        outliers: { baseUs: secondsUs(2) },
      },
    };
  },
});
