/** One of twelve instances becomes slow for a while; later two others, which is more than the budget is for. */
import {
  cluster,
  defineScenario,
  instancesOf,
  requestOperations,
  secondsUs,
} from '../../harness/spec.ts';

const [instances, clients] = [12, 6];

export const hedgedTail = defineScenario({
  name: 'hedged-tail',
  claim:
    'While one of twelve instances is slow hardly any caller notices; while more are slow, callers ask for no more calls twice than their budget allows.',
  promises: ['tail-cut', 'hedges-bounded'],
  environments: ['simulation'],
  successesMin: 500,
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [{ name: 'shop', instances }],
      clients,
    });
    const [one = 3, ...others] = draw.shuffle(instancesOf(shape, 'shop'));
    const everyone = { of: 'everyone' } as const;
    const slowUs = secondsUs(draw.between(12, 14));
    const moreUs = slowUs + secondsUs(24);
    return {
      shape,
      faults: [
        {
          kind: 'latency',
          delayUs: draw.between(250, 400) * 1_000,
          jitterUs: 20_000,
          atUs: slowUs,
          untilUs: slowUs + secondsUs(20),
          links: { from: everyone, to: { of: 'node', node: one }, bothWays: false },
        },
        {
          kind: 'latency',
          delayUs: draw.between(150, 250) * 1_000,
          jitterUs: 20_000,
          atUs: moreUs,
          untilUs: moreUs + secondsUs(16),
          links: {
            from: everyone,
            to: { of: 'nodes', nodes: others.slice(0, 2) },
            bothWays: false,
          },
        },
      ],
      clients: requestOperations(draw.fork('requests'), {
        clients,
        count: 800,
        pauseUs: 60_000,
        services: ['shop'],
      }),
      durationUs: moreUs + secondsUs(18),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        balancer: 'random',
        breaker: { failureThreshold: 1_000_000 },
        hedging: { afterPermille: 800, reserve: 5 },
      },
    };
  },
});
