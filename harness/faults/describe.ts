/** Faults in words: for stories, remarks and errors. */
import { unreachable } from '../core/assert.ts';
import type { Fault, LinkTarget, NodeTarget } from '../core/fault.ts';
import type { FaultEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Shape } from '../core/program.ts';
import { kindOf } from './kinds.ts';

/** A fault in words, with the nodes it was resolved to when `event` is given. */
export function describeFault(fault: Fault, shape: Shape, event?: FaultEvent): string {
  const target =
    'links' in fault
      ? `${links(fault.links, shape)}${where(shape, event)}`
      : event === undefined
        ? targetName(fault.nodes, shape)
        : `${role(fault.nodes)}${names(shape, event.nodes)}`;
  return kindOf(fault).describe(fault, target);
}

function links(l: LinkTarget, shape: Shape): string {
  return `${targetName(l.from, shape)} ${l.bothWays ? '⇎' : '⇏'} ${targetName(l.to, shape)}`;
}

function targetName(t: NodeTarget, shape: Shape): string {
  switch (t.of) {
    case 'node':
      return nodeName(shape, t.node);
    case 'nodes':
      return names(shape, t.nodes);
    case 'role':
      return `all with role ${t.role}`;
    case 'service':
      return `service ${t.service}`;
    case 'zone':
      return `zone ${t.zone}`;
    case 'leader':
    case 'follower':
    case 'followers':
    case 'minority':
    case 'majority':
    case 'servers':
    case 'clients':
    case 'everyone':
      return t.of;
    default:
      return unreachable(t);
  }
}

function role(t: NodeTarget): string {
  return t.of === 'node' || t.of === 'nodes' ? '' : `${t.of} `;
}

function where(shape: Shape, event: FaultEvent | undefined): string {
  return event === undefined || event.nodes.length === 0 ? '' : ` (${names(shape, event.nodes)})`;
}

function names(shape: Shape, nodes: readonly NodeId[]): string {
  return nodes.map((n) => nodeName(shape, n)).join(', ');
}

/** `server-0`, or `c1` for the second workload client. */
export function nodeName(shape: Shape, node: NodeId): string {
  return shape.nodes[node]?.name ?? `c${node - shape.nodes.length}`;
}
