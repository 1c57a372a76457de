/** Instances are stopped cleanly and come back at another peer; what the first one has to tell may come later. */
import { defineScenario, nodesWithRole, secondsUs } from '../../../harness/spec.ts';
import type { Fault, NodeId, Prng } from '../../../harness/spec.ts';
import { frontAndBack, quickly, showsUp } from './common.ts';

const turnUs = secondsUs(25);

export const goodbyesOvertaken = defineScenario({
  name: 'goodbyes-overtaken',
  claim:
    'Who says goodbye to one peer is gone at all; who comes back stays, even where the goodbye arrives after the return.',
  promises: ['goodbye-spreads', 'return-kept', 'peers-agree', 'self-preservation'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = frontAndBack(draw, 3, 5);
    const [first = 0, second = 0, third = 0] = nodesWithRole(shape, 'server');
    const stopped = draw.shuffle([...nodesWithRole(shape, 'service')]).slice(0, 5);
    const beganUs = secondsUs(30);
    const durationUs = beganUs + stopped.length * turnUs + secondsUs(65);
    return {
      shape,
      faults: stopped.flatMap((node, i) => {
        const atUs = beganUs + i * turnUs + draw.below(secondsUs(5));
        const isOvertaken = i === 1 || draw.chance(400);
        const slow = draw.pick([second, third]);
        const untilUs = atUs + (isOvertaken ? 1_000_000 : secondsUs(6)) + draw.below(500_000);
        const overtaken = isOvertaken ? goesRound(node, first, slow, atUs, draw) : [];
        return [
          { kind: 'crash', clean: true, atUs, untilUs, nodes: { of: 'node', node } },
          ...overtaken,
        ];
      }),
      clients: showsUp(draw, 40),
      durationUs,
      deadlineUs: secondsUs(2),
      extra: { modes: false, eureka: quickly },
    };
  },
});

/** What `first` tells `slow` takes longer than the way of `node` by the third one. */
function goesRound(node: NodeId, first: NodeId, slow: NodeId, atUs: number, draw: Prng): Fault[] {
  return [
    {
      kind: 'latency',
      atUs: atUs - secondsUs(2),
      untilUs: atUs + secondsUs(12),
      delayUs: secondsUs(4) + draw.below(secondsUs(3)),
      jitterUs: 0,
      links: { from: { of: 'node', node: first }, to: { of: 'node', node: slow }, bothWays: false },
    },
    {
      kind: 'partition',
      mode: 'drop',
      atUs: atUs + 500_000,
      untilUs: atUs + secondsUs(20),
      links: { from: { of: 'node', node }, to: { of: 'node', node: first }, bothWays: true },
    },
  ];
}
