/** A flag grows, is killed while some of those who evaluate it are cut off, and comes back. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
  sideBySide,
} from '../../harness/spec.ts';
import type { Json, Operation, Prng } from '../../harness/spec.ts';

const flag = 'config/flags/new-checkout';

export const flagKilled = defineScenario({
  name: 'flag-killed-in-outage',
  claim:
    'Flags are evaluated where they are used: an outage of the store does not stop them, the same user gets the same variant everywhere, and a flag that was killed is served no longer than rules may be old.',
  promises: ['flag-rules', 'flag-stable', 'flag-kill-bounded', 'linearizable', 'copies-advance'],
  story(draw) {
    const users = 3;
    const shape = cluster({ servers: 3, clients: 1 + users });
    const staleUsMax = secondsUs(20);
    const first = nodeCount(shape) + 1;
    // Cut off before the kill, and for longer than the rules may be old.
    const cutUs = secondsUs(draw.between(10, 14));
    const untilUs = cutUs + staleUsMax + secondsUs(draw.between(12, 25));
    const cut = draw.shuffle([first, first + 1, first + 2]).slice(0, draw.between(1, 3));
    const crashUs = secondsUs(draw.between(5, 50));
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs,
          links: { from: { of: 'nodes', nodes: cut }, to: { of: 'servers' }, bothWays: true },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(2),
          nodes: { of: 'leader' },
        },
      ],
      clients: sideBySide(operator(), evaluations(draw.fork('users'), users)),
      durationUs: secondsUs(80),
      extra: { modes: false, flags: { staleUsMax } },
    };
  },
});

/** On for a tenth, a third, a half; killed; on again for less. */
function operator(): Operation[][] {
  const steps: readonly (readonly [afterUs: number, isOn: boolean, share: number])[] = [
    [0, true, 10],
    [secondsUs(4), true, 30],
    [secondsUs(4), true, 50],
    [secondsUs(8), false, 50],
    [secondsUs(45), true, 25],
  ];
  return [
    steps.map(([afterUs, isOn, share], id) => ({
      id,
      afterUs,
      f: 'write',
      key: flag,
      value: definition(isOn, share),
    })),
  ];
}

function definition(isOn: boolean, share: number): Json {
  return {
    isOn,
    variants: { new: true, old: false },
    off: 'old',
    segments: [{ name: 'staff', if: { plan: ['staff', 'beta'] }, serve: 'new' }],
    split: { new: share, old: 100 - share },
  };
}

function evaluations(draw: Prng, clients: number): Operation[][] {
  return drawOperations(draw, { clients, count: 320, pauseUs: secondsUs(1) / 5 }, (d) => ({
    f: 'evaluate',
    key: 'new-checkout',
    value: {
      user: `user-${d.below(200)}`,
      attributes: { plan: d.pick(['free', 'free', 'free', 'pro', 'staff']) },
    },
  }));
}
