/** Whom a drawn fault hits. */
import type { LinkTarget, NodeTarget } from '../core/fault.ts';
import type { Prng } from '../core/prng.ts';
import { nodesWithRole } from '../core/program.ts';
import type { Shape } from '../core/program.ts';

export function drawNodes(draw: Prng, shape: Shape): NodeTarget {
  const roll = draw.below(8);
  if (roll < 2) return { of: 'leader' };
  if (roll === 2) return { of: 'minority' };
  if (roll === 3) return { of: 'servers' };
  return { of: 'node', node: draw.below(shape.nodes.length) };
}

export function drawLinks(draw: Prng, shape: Shape): LinkTarget {
  const bothWays = draw.chance(600);
  const servers = nodesWithRole(shape, 'server');
  switch (draw.below(4)) {
    case 0:
      return { from: { of: 'minority' }, to: { of: 'majority' }, bothWays };
    case 1:
      return { from: { of: 'leader' }, to: { of: 'followers' }, bothWays };
    case 2: {
      const side = draw.shuffle(servers).slice(0, draw.between(1, Math.max(1, servers.length - 1)));
      const rest = servers.filter((id) => !side.includes(id));
      return { from: { of: 'nodes', nodes: side }, to: { of: 'nodes', nodes: rest }, bothWays };
    }
    default: {
      const [a, b] = draw.shuffle([...shape.nodes.keys()]);
      return {
        from: { of: 'node', node: a ?? 0 },
        to: { of: 'node', node: b ?? 0 },
        bothWays,
      };
    }
  }
}
