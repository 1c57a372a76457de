/** The peers of a registry are restarted one after the other; instances renew as seldom as they usually do. */
import { defineScenario, secondsUs } from '../../../harness/spec.ts';
import { frontAndBack, servers, showsUp } from './common.ts';

export const peersRestarted = defineScenario({
  name: 'peers-restarted',
  claim:
    'A peer of the registry hears at once of each instance that another one takes in, and of all of them when it was restarted.',
  promises: ['peers-told', 'self-preservation'],
  environments: ['simulation'],
  story(draw) {
    const order = draw.shuffle(Array.from({ length: servers }, (_, id) => id));
    const crashes = order.map((node, i) => {
      const atUs = secondsUs(40 + 30 * i) + draw.below(secondsUs(20));
      const untilUs = atUs + secondsUs(draw.between(1, 5));
      return { kind: 'crash', atUs, untilUs, nodes: { of: 'node', node } } as const;
    });
    return {
      shape: frontAndBack(draw, 2, 5),
      faults: crashes,
      clients: showsUp(draw, 60),
      durationUs: secondsUs(140),
      deadlineUs: secondsUs(2),
      extra: { modes: false, eureka: {} },
    };
  },
});
