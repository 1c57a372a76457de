/** Instances that fail one after the other, more than half of them: callers go past the first, not past all. */
import { defineScenario, secondsUs } from '../../harness/spec.ts';
import type { Fault } from '../../harness/spec.ts';
import { firstBack, frontsUnderLoad } from '../service-client/scenarios/fronts.ts';

export const outliersLeave = defineScenario({
  name: 'outliers-leave',
  claim:
    'Who fails five calls in a row gets none for a while, but never more than half of the instances at a time.',
  promises: ['ejection-bounded', 'ejected-spared'],
  environments: ['simulation'],
  story(draw) {
    const backs = draw.pick([4, 5, 6]);
    const forUs = secondsUs(40);
    const all = draw.shuffle(Array.from({ length: backs }, (_, i) => firstBack + i));
    // Cut off from callers alone: the registry goes on to list them.
    const failing = all.slice(0, (backs >> 1) + 1);
    const faults = failing.map((node, i): Fault => {
      const atUs = secondsUs(6) + i * secondsUs(draw.between(1, 3));
      const links = {
        from: { of: 'service', service: 'front' },
        to: { of: 'node', node },
        bothWays: true,
      } as const;
      const untilUs = secondsUs(draw.between(26, 34));
      return { kind: 'partition', mode: 'drop', atUs, untilUs, links };
    });
    return {
      ...frontsUnderLoad(draw, { backs, perSecond: draw.between(60, 90), forUs }),
      faults,
      extra: {
        modes: false,
        breaker: { failureThreshold: 1_000_000 },
        // Calls fail, and checks do not take them out before.
        outliers: { baseUs: secondsUs(4) },
      },
    };
  },
});
