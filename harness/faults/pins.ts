/** Whom a fault hits, resolved from roles or taken from an earlier run's pins. */
import type { Pins } from '../core/environment.ts';
import type { Fault, NodeTarget } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import { resolveLinks } from './resolve.ts';
import type { RoleBook } from './resolve.ts';

export interface Hit {
  /** Directed links of a link fault, otherwise none. */
  readonly links: readonly (readonly [from: NodeId, to: NodeId])[];
  /** The nodes of a node fault; of a link fault those whose messages are hurt. Ascending. */
  readonly nodes: readonly NodeId[];
  /** What to pin: a node fault's nodes, a link fault's from, to, from, to …; null: no role in it. */
  readonly pin: Pins[number] | null;
}

/** `pinned` is what an earlier run recorded for this fault; absent: roles are resolved now. */
export function resolveFault(fault: Fault, roles: RoleBook, pinned?: Pins[number]): Hit {
  if ('links' in fault) {
    const { from, to } = fault.links;
    const links = pinned === undefined ? resolveLinks(fault.links, roles) : pairs(pinned);
    const nodes = [...new Set(links.map(([a]) => a))].sort((a, b) => a - b);
    return { links, nodes, pin: isRole(from) || isRole(to) ? links.flat() : null };
  }
  const nodes = pinned ?? roles.resolve(fault.nodes);
  return { links: [], nodes, pin: isRole(fault.nodes) ? nodes : null };
}

/** True for targets whose meaning depends on what was observed. */
function isRole(target: NodeTarget): boolean {
  return observedRoles.has(target.of);
}

const observedRoles: ReadonlySet<NodeTarget['of']> = new Set([
  'leader',
  'follower',
  'followers',
  'minority',
  'majority',
] as const);

function pairs(flat: readonly NodeId[]): (readonly [NodeId, NodeId])[] {
  const links: (readonly [NodeId, NodeId])[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    links.push([flat[i] as NodeId, flat[i + 1] as NodeId]);
  }
  return links;
}
