/** Nodes claim things for their zone, their region or all, take some of them back, and die; leaders change. */
import {
  cluster,
  defineScenario,
  drawOperations,
  nodeCount,
  secondsUs,
} from '../../harness/spec.ts';
import type { Fault } from '../../harness/spec.ts';

const zones = 4;

export const evidenceRevoked = defineScenario({
  name: 'evidence-revoked',
  claim:
    'Evidence of who leads, and of what nodes claim, comes to all whom it is for and to nobody else; who goes by it uses none that has ended or was taken back.',
  promises: ['ended-unused', 'revoked-unused', 'evidence-in-scope', 'evidence-arrives'],
  environments: ['simulation'],
  effective: 'any',
  story(draw) {
    const shape = cluster({
      servers: 3,
      services: [{ name: 'app', instances: 9 }],
      clients: 3,
      zones,
    });
    const size = nodeCount(shape);
    const cutUs = secondsUs(draw.between(15, 30));
    const cut = `zone-${draw.below(zones)}`;
    const ids = shape.nodes.map((_, id) => id);
    const here = ids.filter((id) => shape.nodes[id]?.zone === cut);
    const away = ids.filter((id) => !here.includes(id));
    const leaderUs = secondsUs(draw.between(55, 65));
    const crash = (atUs: number, nodes: Extract<Fault, { kind: 'crash' }>['nodes']): Fault => ({
      kind: 'crash',
      atUs,
      untilUs: atUs + secondsUs(25),
      nodes,
    });
    const [one = 3, other = 4] = draw.shuffle(ids.slice(3));
    const between = (): number => secondsUs(draw.between(20, 70));
    const everyone = { of: 'everyone' } as const;
    return {
      shape,
      faults: [
        {
          kind: 'partition',
          mode: 'drop',
          atUs: cutUs,
          untilUs: cutUs + secondsUs(draw.between(10, 30)),
          links: {
            from: { of: 'nodes', nodes: here },
            to: { of: 'nodes', nodes: away },
            bothWays: true,
          },
        },
        crash(leaderUs, { of: 'leader' }),
        crash(between(), { of: 'node', node: one }),
        crash(between(), { of: 'node', node: other }),
        {
          kind: 'loss',
          atUs: secondsUs(1),
          untilUs: secondsUs(100),
          permille: draw.below(50),
          links: { from: everyone, to: everyone, bothWays: false },
        },
      ],
      clients: drawOperations(
        draw.fork('claims'),
        { clients: 3, count: 300, pauseUs: secondsUs(0.35) },
        (d) => {
          const at = d.below(size);
          const what = d.below(20);
          // Each node claims one thing of its own, and each thing is for one scope.
          const scope = (['zone', 'region', 'global'] as const)[at % 3];
          if (what === 0) return { f: 'claim-evidence', key: `thing-${at}`, value: { at, scope } };
          if (what === 1) return { f: 'revoke-evidence', key: `thing-${at}`, value: { at } };
          const key = what < 5 ? 'leader' : `thing-${d.below(size)}`;
          return { f: 'route-by-evidence', key, value: { at } };
        },
      ),
      durationUs: secondsUs(115),
      deadlineUs: secondsUs(1),
      extra: { modes: false, evidenceExchange: {} },
    };
  },
});
