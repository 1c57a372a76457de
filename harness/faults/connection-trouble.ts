/** What keeps a node from opening connections; those that are open go on. */
import type { NodeId } from '../core/host.ts';
import { nodeCount } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import type { Link } from './link-rule.ts';

/**
 * `no-names`: it finds no address of anybody; `no-descriptors`: the system gives it no descriptor, so that it cannot
 * take any either.
 */
export type ConnectionTrouble = 'no-names' | 'no-descriptors';

/** The links that are not made anew. Clients dial, and are answered on the connection that they dialled. */
export function linksNotMade(
  node: NodeId,
  trouble: ConnectionTrouble,
  shape: Shape,
): readonly Link[] {
  const nodes = nodeCount(shape);
  const all = Array.from({ length: nodes + shape.clients }, (_, id) => id);
  const others = all.filter((id) => id !== node);
  const outward = others.filter((id) => id < nodes).map((id): Link => [node, id]);
  if (trouble === 'no-names') return outward;
  const answers = others.filter((id) => id >= nodes).map((id): Link => [node, id]);
  return [...outward, ...answers, ...others.map((id): Link => [id, node])];
}
