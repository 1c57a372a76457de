/** Producers that are ten times as fast as their consumers, while messages are lost and ends restart. */
import { cluster, defineScenario, kvOperations, secondsUs } from '../../harness/spec.ts';
import type { Fault } from '../../harness/spec.ts';

const instances = 3;

export const streamsFlow = defineScenario({
  name: 'streams-flow',
  claim:
    'However fast a producer is, no more is out than its consumer has room for; and whatever becomes of messages and of both ends, each item is worked off once, in order, and the stream goes on.',
  promises: ['credits-kept', 'each-item-once', 'stream-goes-on', 'credits-in-batches'],
  environments: ['simulation'],
  story(draw) {
    const nodes = draw.shuffle(Array.from({ length: 1 + instances }, (_, i) => i));
    const [paused, lonely] = nodes as [number, number];
    const crashed = draw.shuffle([1, 2, 3]) as [number, number, number];
    const at = (second: number, forS: number): { atUs: number; untilUs: number } => {
      const atUs = secondsUs(second) + draw.below(secondsUs(1));
      return { atUs, untilUs: atUs + secondsUs(forS) };
    };
    const everyone = { of: 'everyone' } as const;
    const links = { from: everyone, to: everyone, bothWays: false };
    const crash = (second: number, node: number): Fault => {
      return { kind: 'crash', ...at(second, 3), nodes: { of: 'node', node } };
    };
    return {
      shape: cluster({
        servers: 1,
        services: [{ name: 'worker', instances }],
        clients: 1,
      }),
      faults: [
        { kind: 'loss', ...at(6, 3), permille: draw.between(100, 400), links },
        { kind: 'duplicate', ...at(13, 3), permille: draw.between(100, 400), links },
        { kind: 'reorder', ...at(20, 3), permille: draw.between(100, 400), links },
        { kind: 'pause', ...at(27, 2), nodes: { of: 'node', node: paused } },
        crash(33, crashed[0]),
        { kind: 'loss', ...at(40, 3), permille: draw.between(100, 400), links },
        {
          kind: 'partition',
          mode: 'drop',
          ...at(47, 2),
          links: { from: { of: 'node', node: lonely }, to: everyone, bothWays: true },
        },
        crash(53, crashed[1]),
      ],
      // Streams go on by themselves; a client shows that the cluster is up.
      clients: kvOperations(draw.fork('keys'), {
        clients: 1,
        count: 29,
        pauseUs: secondsUs(2),
        keys: 1,
        mix: { read: 1, write: 1 },
      }),
      durationUs: secondsUs(62),
      deadlineUs: secondsUs(2),
      extra: { modes: false, flowControl: {} },
    };
  },
});
