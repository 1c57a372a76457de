/** Names that people meet in proxies, containers and logs. */
import type { NodeId } from '../core/host.ts';
import { nodeCount } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import type { Link } from '../faults/link-rule.ts';
import type { LinkDirection } from '../links/links.ts';

/** A direction of a link, and who dials whom on it. */
export interface DialledDirection extends LinkDirection {
  readonly dial: Link;
}

/** `server-0`, or `client-1` for a workload client. */
export function hostName(shape: Shape, id: NodeId): string {
  return shape.nodes[id]?.name ?? `client-${id - nodeCount(shape)}`;
}

/** The proxy on which `from` dials `to`. */
export function linkName(shape: Shape, from: NodeId, to: NodeId): string {
  return `${hostName(shape, from)}->${hostName(shape, to)}`;
}

/** Every pair that dials: each node each other node, each client each node. */
export function dialledLinks(shape: Shape): readonly (readonly [from: NodeId, to: NodeId])[] {
  const nodes = nodeCount(shape);
  const pairs: (readonly [NodeId, NodeId])[] = [];
  for (let from = 0; from < nodes + shape.clients; from++) {
    for (let to = 0; to < nodes; to++) if (from !== to) pairs.push([from, to]);
  }
  return pairs;
}

/**
 * Where messages of `from` to `to` can be disturbed. A node answers a client on the client's own
 * connection: that is the other stream of the client's link. So nodes do among each other where links
 * are two-way. None between clients.
 */
export function directionsOf(
  shape: Shape,
  from: NodeId,
  to: NodeId,
  areLinksTwoWay: boolean,
): readonly DialledDirection[] {
  const nodes = nodeCount(shape);
  const asks: DialledDirection = {
    link: linkName(shape, from, to),
    stream: 'upstream',
    dial: [from, to],
  };
  const answers: DialledDirection = {
    link: linkName(shape, to, from),
    stream: 'downstream',
    dial: [to, from],
  };
  if (to >= nodes) return from < nodes ? [answers] : [];
  return areLinksTwoWay && from < nodes ? [asks, answers] : [asks];
}
