/**
 * Who talks to whom, and where. Each node is alone with the proxy in a network of its own: there is no
 * way to another node but through its links. Clients run in the harness and reach the proxy by
 * ports published on 127.0.0.1.
 */
import type { NodeId } from '../core/host.ts';
import { nodeCount } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import { dialledLinks, hostName, linkName } from '../realtime/link-names.ts';

/** Ports inside containers, where nothing else can be in the way. */
export const ports = { toxiproxyApi: 8474, nodeListen: 7000, nodeHttp: 7080, firstLink: 20_000 };

export interface PlannedLink {
  readonly name: string;
  /** The node or client that dials; null: the harness, to control the node. */
  readonly from: NodeId | null;
  readonly to: NodeId;
  /** Where the proxy's container listens. */
  readonly port: number;
  /** Host name and port of the node. */
  readonly upstream: string;
  /** Dialled from outside the containers. */
  readonly isPublished: boolean;
}

/** Every link of a run: what nodes and clients dial, and one to each node's control channel. */
export function planLinks(shape: Shape): readonly PlannedLink[] {
  const dialled = dialledLinks(shape).map(([from, to]) => ({
    name: linkName(shape, from, to),
    from,
    to,
    upstream: `${hostName(shape, to)}:${ports.nodeListen}`,
    isPublished: from >= nodeCount(shape),
  }));
  const control = shape.nodes.map((node, to) => ({
    name: `control->${node.name}`,
    from: null,
    to,
    upstream: `${node.name}:${ports.nodeHttp}`,
    isPublished: true,
  }));
  return [...dialled, ...control].map((link, i) => ({ ...link, port: ports.firstLink + i }));
}
