/** A service that fails in clusters, and is gone for a while: every form of circuit, each in some runs. */
import { cluster, defineScenario, loadOperations, secondsUs } from '../../../harness/spec.ts';
import type { Json } from '../../../harness/spec.ts';

const rest = { openUs: secondsUs(2), openUsMax: secondsUs(16) };

const forms: readonly Readonly<Record<string, Json>>[] = [
  { ...rest, rateCalls: 10, failureThreshold: 1_000 },
  { ...rest, isDecaying: true },
  { ...rest, isAdaptive: true, openGrowthPermille: 2_000, rampUs: secondsUs(5) },
  { ...rest, timeoutThreshold: 5, failureThreshold: 20, openGrowthPermille: 1_500 },
];

export const flakyService = defineScenario({
  name: 'flaky-service',
  claim:
    'A circuit of any form opens when a service fails and not otherwise, rests for its time, and tries again when that is over.',
  promises: ['circuit-form'],
  environments: ['simulation'],
  story(draw) {
    const forUs = secondsUs(90);
    const back = { of: 'service', service: 'back' } as const;
    const links = { from: { of: 'everyone' }, to: back, bothWays: false } as const;
    const lossUs = secondsUs(45);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'back', instances: 2 }], clients: 2 }),
      faults: [
        {
          kind: 'pause',
          atUs: secondsUs(5),
          untilUs: secondsUs(5 + draw.between(12, 18)),
          nodes: back,
        },
        {
          kind: 'loss',
          atUs: lossUs,
          untilUs: lossUs + secondsUs(15),
          permille: draw.between(200, 500),
          links,
        },
      ],
      clients: loadOperations(draw.fork('load'), {
        clients: 2,
        each: { f: 'request' },
        key: 'back',
        rate: 20,
        forUs,
      }),
      durationUs: forUs + secondsUs(2),
      deadlineUs: 500_000,
      extra: { modes: false, breaker: draw.pick(forms) },
    };
  },
});
