/** The peers of a registry are restarted one after the other; instances renew as seldom as they usually do. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

const servers = 3;

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
      shape: cluster({
        servers,
        services: [
          { name: 'front', instances: draw.between(2, 5) },
          { name: 'back', instances: draw.between(2, 5) },
        ],
        clients: 1,
      }),
      faults: crashes,
      clients: kvOperations(draw.fork('keys'), {
        clients: 1,
        count: 60,
        pauseUs: secondsUs(2),
        keys: 1,
        mix: { read: 1, write: 1 },
      }),
      durationUs: secondsUs(140),
      deadlineUs: secondsUs(2),
      extra: { modes: false, eureka: {} },
    };
  },
});
