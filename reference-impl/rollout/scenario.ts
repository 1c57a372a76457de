/** A new version comes to a service step by step; it is as good as the old one, fails, or is slow. */
import {
  cluster,
  defineScenario,
  drawOperations,
  secondsUs,
  sideBySide,
} from '../../harness/spec.ts';
import type { Operation, Prng } from '../../harness/spec.ts';

export const rolloutWithRegression = defineScenario({
  name: 'rollout-with-regression',
  claim:
    'A new version comes to a tenth of the instances more at each step, whichever server is lost; where it fails or is slow it is taken back by a step, and where it is not, it comes to all.',
  promises: ['rollout-share', 'rollout-returns', 'config-converges', 'linearizable'],
  environments: ['simulation'],
  story(draw) {
    const instances = draw.pick([10, 10, 15]);
    const stepUs = secondsUs(10);
    const planted = draw.pick([
      {},
      { errorPermille: draw.between(300, 600) },
      { slowUs: draw.between(200_000, 400_000) },
      { errorPermille: 400, showsAtStep: draw.between(2, 4) },
      { slowUs: 300_000, showsAtStep: draw.between(2, 4) },
    ]);
    const crashUs = secondsUs(draw.between(10, 60));
    return {
      shape: cluster({ servers: 3, services: [{ name: 'front', instances }], clients: 5 }),
      faults: [
        {
          kind: 'loss',
          atUs: secondsUs(5),
          untilUs: secondsUs(60),
          permille: draw.between(10, 50),
          links: { from: { of: 'everyone' }, to: { of: 'everyone' }, bothWays: false },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(draw.between(1, 4)),
          nodes: draw.pick([{ of: 'leader' } as const, { of: 'node', node: 4 } as const]),
        },
      ],
      clients: sideBySide(begin(), calls(draw.fork('calls'), instances)),
      durationUs: secondsUs(125),
      deadlineUs: secondsUs(1),
      extra: { modes: false, rollout: { stepUs, ...planted } },
    };
  },
});

export const rolloutSpoilt = defineScenario({
  name: 'rollout-spoilt',
  claim:
    'Where a new version goes on to fail while it is taken back, it is taken back step by step until nobody serves it, also when servers heard nothing of one another when they decided so.',
  promises: ['rollout-returns', 'rollout-share', 'linearizable'],
  environments: ['simulation'],
  story(draw) {
    const instances = 10;
    // The third step begins after some 21 s, and its calls show within two more.
    const cutUs = secondsUs(20) + draw.below(secondsUs(6));
    return {
      shape: cluster({ servers: 3, services: [{ name: 'front', instances }], clients: 5 }),
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(5),
          links: { from: { of: 'servers' }, to: { of: 'servers' }, bothWays: false },
        },
      ],
      clients: sideBySide(begin(), calls(draw.fork('calls'), instances, 750)),
      durationUs: secondsUs(85),
      deadlineUs: secondsUs(1),
      extra: {
        modes: false,
        rollout: {
          stepUs: secondsUs(10),
          errorPermille: draw.between(400, 700),
          showsAtStep: 3,
          stays: true,
        },
      },
    };
  },
});

function begin(): Operation[][] {
  const value = { from: 'v1', to: 'v2', step: 1, state: 'rolling' };
  return [[{ id: 0, afterUs: secondsUs(1), f: 'write', key: 'config/rollouts/front', value }]];
}

/** Ten a second of each of four clients. */
function calls(draw: Prng, instances: number, count = 1_000): Operation[][] {
  return drawOperations(draw, { clients: 4, count, pauseUs: secondsUs(1) / 10 }, (d) => ({
    f: 'use',
    key: 'front',
    value: d.below(instances),
  }));
}
