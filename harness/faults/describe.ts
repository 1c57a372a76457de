/** Faults in words: for stories, remarks and errors. */
import { unreachable } from '../core/assert.ts';
import type { Fault, LinkTarget, NodeTarget } from '../core/fault.ts';
import type { FaultEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Shape } from '../core/program.ts';
import { kindOf } from './kinds.ts';
import type { RoleBook } from './resolve.ts';
import { sightingName } from './sighting.ts';

/**
 * A fault in words, with the nodes it was resolved to when `event` is given; with `roles` as they were at
 * that moment, on which side each of them is.
 */
export function describeFault(
  fault: Fault,
  shape: Shape,
  event?: FaultEvent,
  roles?: RoleBook,
): string {
  const target =
    'links' in fault
      ? (sides(fault.links, shape, event, roles) ??
        `${links(fault.links, shape)}${where(shape, event)}`)
      : event === undefined
        ? targetName(fault.nodes, shape)
        : `${role(fault.nodes)}${names(shape, event.nodes)}`;
  const until = fault.until === undefined ? '' : `, until ${sightingName(fault.until)} is observed`;
  const sooner = (fault.sooner ?? []).map(
    (w) => `, sooner if ${sightingName(w.sighting)} is observed`,
  );
  return `${kindOf(fault).describe(fault, target)}${until}${sooner.join('')}`;
}

function links(l: LinkTarget, shape: Shape): string {
  return `${targetName(l.from, shape)} ${l.bothWays ? '⇎' : '⇏'} ${targetName(l.to, shape)}`;
}

/** `minority (server-1) ⇎ majority (server-0, server-2)`; null when the roles of today say otherwise. */
function sides(
  l: LinkTarget,
  shape: Shape,
  event: FaultEvent | undefined,
  roles: RoleBook | undefined,
): string | null {
  if (event === undefined || roles === undefined) return null;
  const [from, to] = [roles.resolve(l.from), roles.resolve(l.to)];
  const met = new Set([...from, ...to]);
  if (met.size !== event.nodes.length || event.nodes.some((node) => !met.has(node))) return null;
  const side = (t: NodeTarget, nodes: readonly NodeId[]): string =>
    isWhole(t) ? targetName(t, shape) : `${targetName(t, shape)} (${names(shape, nodes)})`;
  return `${side(l.from, from)} ${l.bothWays ? '⇎' : '⇏'} ${side(l.to, to)}`;
}

/** Its name says all: who is meant does not change during a run. */
function isWhole(t: NodeTarget): boolean {
  return !['leader', 'follower', 'followers', 'minority', 'majority', 'holder'].includes(t.of);
}

function targetName(t: NodeTarget, shape: Shape): string {
  switch (t.of) {
    case 'node':
      return nodeName(shape, t.node);
    case 'nodes':
      return names(shape, t.nodes);
    case 'holder':
      return `holder of ${t.lock ?? 'a lock'}`;
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
