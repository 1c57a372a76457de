/** Callers that learn from answers: an instance that is slow for one of them alone, and a way that has become a dead end. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../../harness/spec.ts';
import type { Fault, Prng, Story } from '../../../harness/spec.ts';
import { firstBack, fronts, frontsUnderLoad } from '../../service-client/scenarios/fronts.ts';

const backs = 4;

export const greyInstance = defineScenario({
  name: 'grey-instance',
  claim:
    'When an instance is slow for one caller and for nobody else, that caller soon goes past it, without a check that fails.',
  promises: ['slow-avoided'],
  environments: ['simulation'],
  story: (draw) =>
    // So few that those that are out to the slow one hardly show.
    story(draw, { balancer: 'ewma', rate: 70 }, (between) => {
      const links = {
        from: { of: 'node', node: 1 + draw.below(fronts) },
        to: { of: 'node', node: firstBack + draw.below(backs) },
        bothWays: true,
      } as const;
      const delayUs = draw.between(20, 30) * 1_000;
      return { kind: 'latency', ...between, delayUs, jitterUs: delayUs >> 2, links };
    }),
});

export const antDeadEnd = defineScenario({
  name: 'ant-dead-end',
  claim:
    'When the way to an instance becomes a dead end, callers that follow the trails of quick answers soon go other ways.',
  promises: ['slow-avoided'],
  environments: ['simulation'],
  story: (draw) =>
    story(draw, { balancer: 'ant', rate: draw.between(120, 160) }, (between) => {
      const links = {
        from: { of: 'service', service: 'front' },
        to: { of: 'node', node: firstBack + draw.below(backs) },
        bothWays: true,
      } as const;
      return { kind: 'partition', mode: 'drop', ...between, links };
    }),
});

function story(
  draw: Prng,
  { balancer, rate }: { readonly balancer: string; readonly rate: number },
  fault: (between: { readonly atUs: number; readonly untilUs: number }) => Fault,
): Story {
  const atUs = secondsUs(8);
  const forUs = secondsUs(32);
  const faults = [fault({ atUs, untilUs: atUs + secondsUs(draw.between(16, 20)) })];
  return {
    ...frontsUnderLoad(draw, { backs, perSecond: rate, forUs }),
    faults,
    extra: {
      modes: false,
      breaker: { failureThreshold: 1_000_000 },
      admission: { workers: 4, serviceUs: 10_000 },
      balancer,
      avoidsSlow: true,
    },
  };
}

export const leastLoaded = defineScenario({
  name: 'least-loaded',
  claim: 'A call goes to an instance to which no other has fewer calls out.',
  promises: ['least-picked'],
  effective: 'any',
  environments: ['simulation'],
  story(draw) {
    const forUs = secondsUs(8);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'shop', instances: 6 }], clients: 1 }),
      faults: [],
      clients: loadOperations(draw.fork('load'), {
        clients: 1,
        each: { f: 'request' },
        key: 'shop',
        rate: draw.between(150, 300),
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        admission: { workers: 2, serviceUs: 30_000 },
        balancer: 'least-request',
      },
    };
  },
});
