/** Five times as much is asked of a service as it can do, for a while; some of it matters more than the rest. */
import {
  cluster,
  defineScenario,
  loadOperations,
  secondsUs,
  sideBySide,
} from '../../harness/spec.ts';
import type { Prng, Rate } from '../../harness/spec.ts';

const instances = 2;
/** 100 calls a second each. */
const admission = { workers: 2, serviceUs: 20_000 };
const atUs = secondsUs(4);

export const overload = defineScenario({
  name: 'overload',
  claim:
    'A service of which five times too much is asked answers as much as it can, those first who matter more and who came first, tells the others when to come back, and is whole again when the surge is over.',
  promises: [
    'goodput-under-overload',
    'fair-by-arrival',
    'retry-after-heeded',
    'recovers-after-surge',
  ],
  environments: ['simulation'],
  story(draw) {
    const surgeUs = secondsUs(4) + draw.below(secondsUs(1));
    const forUs = secondsUs(22);
    const surge = { draw, untilUs: atUs + surgeUs, forUs };
    return {
      shape: cluster({ servers: 1, services: [{ name: 'shop', instances }], clients: 4 }),
      faults: [],
      clients: sideBySide(
        loadOf(surge, { from: 20, to: draw.between(40, 60), priority: 0 }),
        loadOf(surge, { from: 100, to: draw.between(700, 1_000), priority: 1 }),
      ),
      durationUs: forUs + secondsUs(2),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        breaker: { failureThreshold: 1_000_000 },
        admission,
        backpressure: {},
        tellsTurns: true,
      },
    };
  },
});

function loadOf(
  { draw, untilUs, forUs }: { draw: Prng; untilUs: number; forUs: number },
  { from, to, priority }: { from: number; to: number; priority: number },
): ReturnType<typeof loadOperations> {
  const rate: Rate = [
    [0, from],
    [atUs, from],
    [atUs, to],
    [untilUs, to],
    [untilUs, from],
  ];
  return loadOperations(draw.fork(`load-${priority}`), {
    clients: 2,
    each: { f: 'request', value: { priority } },
    key: 'shop',
    rate,
    forUs,
  });
}
