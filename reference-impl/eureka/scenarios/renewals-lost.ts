/** A zone cannot reach the registry for a while; later one instance dies. */
import { defineScenario, nodesWithRole, secondsUs } from '../../../harness/spec.ts';
import { frontAndBack, quickly, showsUp } from './common.ts';

export const renewalsLost = defineScenario({
  name: 'renewals-lost',
  claim:
    'When many renewals are missing no peer evicts anybody; once they come again the one that is really gone goes, and all peers agree.',
  promises: ['self-preservation', 'ghosts-evicted', 'peers-agree'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = frontAndBack(draw, 6, 9);
    const services = nodesWithRole(shape, 'service');
    const [dead, ...others] = draw.shuffle([...services]);
    // A third or more: 15 % are what a peer may miss.
    const cut = others.slice(0, Math.ceil(services.length / 3) + draw.below(3));
    const atUs = secondsUs(40);
    const untilUs = atUs + secondsUs(draw.between(30, 45));
    const everyone = { of: 'everyone' } as const;
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs,
          untilUs,
          links: { from: { of: 'nodes', nodes: cut }, to: { of: 'servers' }, bothWays: true },
        },
        {
          kind: 'loss',
          atUs: secondsUs(5),
          untilUs: secondsUs(100),
          permille: draw.below(20),
          links: { from: everyone, to: everyone, bothWays: false },
        },
        {
          kind: 'crash',
          atUs: untilUs + secondsUs(35),
          untilUs: untilUs + secondsUs(105),
          nodes: { of: 'node', node: dead as number },
        },
      ],
      clients: showsUp(draw, 40),
      durationUs: untilUs + secondsUs(100),
      deadlineUs: secondsUs(2),
      extra: {
        modes: false,
        eureka: quickly,
      },
    };
  },
});
