/** Members crash, leave and come back, and some are cut off, while requests go to anybody. */
import { cluster, defineScenario, drawOperations, secondsUs } from '../../harness/spec.ts';
import type { Fault } from '../../harness/spec.ts';

const clients = 4;
const pauseUs = 60_000;

export const ringHandsOn = defineScenario({
  name: 'ring-hands-on',
  claim:
    'Whichever member is asked, the owner of the key handles it: after one hop while all have the same view, after a few while they differ; and views agree again.',
  promises: ['ring-agrees', 'owner-handles', 'hops-bounded'],
  environments: ['simulation'],
  story(draw) {
    const instances = draw.pick([5, 6, 7]);
    const members = Array.from({ length: instances }, (_, i) => 1 + i);
    const [crashed, lonely, ...others] = draw.shuffle(members) as [number, number, ...number[]];
    const at = (second: number): number => secondsUs(second) + draw.below(secondsUs(2));
    const cutUs = at(45);
    return {
      shape: cluster({ servers: 1, services: [{ name: 'member', instances }], clients }),
      faults: [
        ...others.slice(0, 3).map((node, i) => leaves(node, at(8 + 7 * i))),
        {
          kind: 'crash',
          atUs: at(32),
          untilUs: secondsUs(draw.between(38, 42)),
          nodes: { of: 'node', node: crashed },
        },
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(draw.between(8, 15)),
          links: {
            from: { of: 'node', node: lonely },
            to: { of: 'nodes', nodes: [0, ...members] },
            bothWays: true,
          },
        },
        {
          kind: 'crash',
          atUs: at(66),
          untilUs: secondsUs(125),
          nodes: { of: 'node', node: crashed },
        },
      ],
      clients: drawOperations(
        draw.fork('requests'),
        { clients, count: Math.floor(secondsUs(110) / pauseUs), pauseUs },
        (d) => ({ f: 'ask-ring', key: `user-${d.below(500)}`, value: d.below(instances + 1) }),
      ),
      durationUs: secondsUs(122),
      deadlineUs: secondsUs(6),
      extra: { modes: false, forwardingRing: {} },
    };
  },
});

export const answersLostOnRing = defineScenario({
  name: 'answers-lost-on-ring',
  claim:
    'While the answers of one member to another are lost, nobody is told that a request has failed which was handled.',
  promises: ['refused-unhandled', 'owner-handles'],
  environments: ['simulation'],
  story(draw) {
    const instances = draw.pick([3, 4, 5]);
    const shape = cluster({ servers: 1, services: [{ name: 'member', instances }], clients: 2 });
    const [asked = 1, deaf = 2] = draw.shuffle(Array.from({ length: instances }, (_, i) => 1 + i));
    const atUs = secondsUs(7) + draw.below(secondsUs(2));
    return {
      shape,
      faults: [
        {
          // Gossip gets round by others: both stay on the ring of all.
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs: atUs + secondsUs(draw.between(6, 9)),
          links: {
            from: { of: 'node', node: deaf },
            to: { of: 'node', node: asked },
            bothWays: false,
          },
        },
      ],
      // Each key once: who handles it handles that request.
      clients: drawOperations(
        draw.fork('requests'),
        { clients: 2, count: 120, pauseUs: 200_000 },
        (d, id) => ({
          f: 'ask-ring',
          key: `order-${id}`,
          value: d.chance(700) ? asked : d.below(instances + 1),
        }),
      ),
      durationUs: secondsUs(26),
      deadlineUs: secondsUs(6),
      extra: { modes: false, forwardingRing: {} },
    };
  },
});

function leaves(node: number, atUs: number): Fault {
  const untilUs = atUs + secondsUs(5);
  return { kind: 'crash', clean: true, atUs, untilUs, nodes: { of: 'node', node } };
}
