/** Consumers give their credits back all at once, as a batch is no less than their window; messages are lost for a while. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../../harness/spec.ts';

export const wholeWindows = defineScenario({
  name: 'whole-windows',
  claim:
    'Where a batch of credits is the whole window, or would be more, it comes back when all of it is free, and the stream goes on.',
  promises: ['stream-goes-on', 'credits-in-batches', 'credits-kept', 'each-item-once'],
  environments: ['simulation'],
  story(draw) {
    const everyone = { of: 'everyone' } as const;
    const window = draw.between(2, 16);
    const batch = window + draw.pick([0, 0, 1, 20]);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'worker', instances: 2 }], clients: 1 }),
      faults: [
        {
          kind: 'loss',
          atUs: secondsUs(8) + draw.below(secondsUs(1)),
          untilUs: secondsUs(12),
          permille: draw.between(100, 400),
          links: { from: everyone, to: everyone, bothWays: false },
        },
      ],
      // Streams go on by themselves; a client shows that the cluster is up.
      clients: kvOperations(draw.fork('keys'), {
        clients: 1,
        count: 14,
        pauseUs: secondsUs(1),
        keys: 1,
        mix: { read: 1, write: 1 },
      }),
      durationUs: secondsUs(24),
      deadlineUs: secondsUs(2),
      extra: { modes: false, flowControl: { window, batch } },
    };
  },
});
