/** Some links are even and some are not; a process stands still, and another dies. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../harness/spec.ts';

const instances = 8;

export const unevenLinks = defineScenario({
  name: 'uneven-links',
  claim:
    'A detector that learns each link alarms falsely as seldom as its threshold says, where a fixed time-out alarms all the time; it notices every death, and one that stood still itself blames nobody.',
  promises: ['false-alarms-rare', 'death-suspected', 'held-up-blames-nobody'],
  environments: ['simulation'],
  story(draw) {
    const shape = cluster({ servers: 1, services: [{ name: 'peer', instances }], clients: 1 });
    const all = draw.shuffle(Array.from({ length: instances }, (_, i) => 1 + i));
    const far = all.slice(0, 4);
    const [paused, dead] = all.slice(3, 5) as [number, number];
    const jitterUs = draw.between(70, 95) * 1_000;
    const forUs = secondsUs(75);
    const pauseUs = secondsUs(draw.between(45, 48));
    const crashUs = secondsUs(draw.between(57, 62));
    return {
      shape,
      faults: [
        {
          kind: 'latency',
          atUs: secondsUs(1),
          untilUs: forUs,
          delayUs: jitterUs,
          jitterUs,
          links: { from: { of: 'nodes', nodes: far }, to: { of: 'everyone' }, bothWays: false },
        },
        {
          kind: 'pause',
          atUs: pauseUs,
          untilUs: pauseUs + secondsUs(draw.between(2, 4)),
          nodes: { of: 'node', node: paused },
        },
        {
          kind: 'crash',
          atUs: crashUs,
          untilUs: crashUs + secondsUs(8),
          nodes: { of: 'node', node: dead },
        },
      ],
      // Heartbeats go on by themselves; a client shows that the cluster is up.
      clients: kvOperations(draw.fork('keys'), {
        clients: 1,
        count: 20,
        pauseUs: secondsUs(2),
        keys: 1,
        mix: { read: 1, write: 1 },
      }),
      durationUs: forUs,
      deadlineUs: secondsUs(2),
      extra: { modes: false, heartbeats: { fixedUs: 300_000 } },
    };
  },
});
