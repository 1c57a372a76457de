/** Faults in words: for stories, remarks and errors. */
import { unreachable } from '../core/assert.ts';
import { formatDuration } from '../core/duration.ts';
import type { Fault, LinkTarget, NodeTarget } from '../core/fault.ts';
import type { FaultEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Shape } from '../core/program.ts';

/** A fault in words, with the nodes it was resolved to when `event` is given. */
export function describeFault(fault: Fault, shape: Shape, event?: FaultEvent): string {
  const nodes = (t: NodeTarget): string =>
    event === undefined ? target(t, shape) : `${role(t)}${names(shape, event.nodes)}`;
  switch (fault.kind) {
    case 'partition':
      return `partition (${fault.mode}) ${links(fault.links, shape)}${where(shape, event)}`;
    case 'latency':
      return `latency ${formatDuration(fault.delayUs)} ± ${formatDuration(fault.jitterUs)} ${links(fault.links, shape)}${where(shape, event)}`;
    case 'loss':
    case 'duplicate':
    case 'reorder':
      return `${fault.kind} of ${fault.permille / 10} % ${links(fault.links, shape)}${where(shape, event)}`;
    case 'bandwidth':
      return `bandwidth ${fault.rate} KB/s ${links(fault.links, shape)}${where(shape, event)}`;
    case 'crash':
    case 'pause':
      return `${fault.kind} ${nodes(fault.nodes)}`;
    case 'clock':
      return `clock ${formatDuration(Math.abs(fault.jumpUs))} ${fault.jumpUs < 0 ? 'back' : 'ahead'}, drift ${fault.driftPpm} ppm, of ${nodes(fault.nodes)}`;
    case 'disk':
      return `disk slower by ${formatDuration(fault.delayUs)} on ${nodes(fault.nodes)}`;
    default:
      return unreachable(fault);
  }
}

function links(l: LinkTarget, shape: Shape): string {
  return `${target(l.from, shape)} ${l.bothWays ? '⇎' : '⇏'} ${target(l.to, shape)}`;
}

function target(t: NodeTarget, shape: Shape): string {
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
