/** Who is on which side of a partition. */
import type { NodeId, NodeTarget, Program } from '../../../harness/spec.ts';

export type Sides = readonly [ReadonlySet<NodeId>, ReadonlySet<NodeId>];

/** A side that is told otherwise than by nodes or a zone is empty. */
export function sidesOf(
  { shape }: Program,
  links: { readonly from: NodeTarget; readonly to: NodeTarget },
): Sides {
  const side = (target: NodeTarget): ReadonlySet<NodeId> => {
    if (target.of === 'nodes') return new Set(target.nodes);
    if (target.of === 'node') return new Set([target.node]);
    if (target.of !== 'zone') return new Set();
    return new Set(shape.nodes.flatMap(({ zone }, id) => (zone === target.zone ? [id] : [])));
  };
  return [side(links.from), side(links.to)];
}

export function isBetween([one, other]: Sides, a: NodeId, b: NodeId): boolean {
  return (one.has(a) && other.has(b)) || (one.has(b) && other.has(a));
}
