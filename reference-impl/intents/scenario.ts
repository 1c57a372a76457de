/** One instance gets slow, then one is gone: callers that say what they need go past both. */
import { defineScenario, secondsUs } from '../../harness/spec.ts';
import type { Fault } from '../../harness/spec.ts';
import { firstBack, frontsUnderLoad } from '../service-client/scenarios/fronts.ts';

export const intentsMet = defineScenario({
  name: 'intents-met',
  claim:
    'Callers that ask for an answer in time go past an instance that is slow, and past one that is gone as soon as gossip says so.',
  promises: ['intent-met'],
  environments: ['simulation'],
  story(draw) {
    const backs = draw.pick([4, 5, 6]);
    const forUs = secondsUs(50);
    const [slow = 0, gone = 0] = draw.shuffle(Array.from({ length: backs }, (_, i) => i));
    const at = (i: number): number => firstBack + i;
    const delayUs = draw.between(150, 250) * 1_000;
    const faults: Fault[] = [
      {
        kind: 'latency',
        atUs: secondsUs(5),
        untilUs: secondsUs(18),
        delayUs,
        jitterUs: delayUs >> 3,
        links: {
          from: { of: 'service', service: 'front' },
          to: { of: 'node', node: at(slow) },
          bothWays: true,
        },
      },
      {
        kind: 'crash',
        atUs: secondsUs(draw.between(20, 24)),
        untilUs: secondsUs(44),
        nodes: { of: 'node', node: at(gone) },
      },
    ];
    return {
      ...frontsUnderLoad(draw, { backs, perSecond: draw.between(60, 90), forUs }),
      faults,
      extra: {
        modes: false,
        generation: 'intent',
        breaker: { failureThreshold: 1_000_000 },
        intents: {},
      },
    };
  },
});
