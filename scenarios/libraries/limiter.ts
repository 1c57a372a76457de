/** The story of one caller that takes from a limiter of four calls a second, and what any limiter is to keep. */
import { cluster, defineScenario } from '../../harness/index.ts';
import type { Operation, Prng, Scenario, System } from '../../harness/index.ts';

const secondUs = 1_000_000;
export const perSecond = 4;

export function limiterStory(
  system: System,
  name: string,
  settings: Readonly<Record<string, boolean | number>>,
): Scenario {
  return defineScenario({
    name,
    claim: 'In no interval more calls begin than the limit earns in it, and four that were saved.',
    promises: ['rate-limit'],
    system,
    environments: ['simulation'],
    effective: 'any',
    successesMin: 3,
    story: (draw) => ({
      shape: cluster({ servers: 1, clients: 1 }),
      faults: [],
      clients: [takes(draw)],
      durationUs: 12 * secondUs,
      // Who waits longer has gone: what is admitted then says nothing of when.
      deadlineUs: 100_000,
      extra: { ...settings, rateLimit: { perSecond, burstSeconds: 1 } },
    }),
  });
}

/** One or a few at once, as many as may be at most; then a short pause or a long one. */
function takes(draw: Prng): Operation[] {
  const sizes = Array.from({ length: 12 }, () => draw.pick([1, perSecond - 1, perSecond]));
  return sizes
    .flatMap((size) => {
      const pauseUs = draw.pick([draw.between(60, 300), draw.between(600, 950)]) * 1_000;
      return Array.from({ length: size }, (_, i) => (i === 0 ? pauseUs : 0));
    })
    .map((afterUs, id) => ({ id, afterUs, f: 'take', key: 'limit', value: null }));
}
