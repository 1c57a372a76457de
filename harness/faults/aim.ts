/**
 * Whom a fault hits when it begins, resolved from roles or taken from an earlier run's pins; the same
 * in every environment.
 */
import type { Pins } from '../core/environment.ts';
import type { Fault, NodeTarget } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import { nodeCount } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import type { Link } from './link-rule.ts';
import { resolveLinks } from './resolve.ts';
import type { RoleBook } from './resolve.ts';

export interface Aim {
  /** Directed links of a link fault, otherwise none. */
  readonly links: readonly Link[];
  /**
   * The machines of a node fault; of a link fault those, and the clients, whose messages are affected.
   * Ascending.
   */
  readonly nodes: readonly NodeId[];
}

export interface Aimed {
  /** Whom it hits, or why it hits nobody: such a fault is skipped, never done to somebody else. */
  readonly aim: Aim | string;
  /** What to pin: a node fault's nodes, a link fault's from, to, from, to …; null: no role in it. */
  readonly pin: Pins[number] | null;
}

/** `pinned` is what an earlier run recorded for this fault; absent: roles are resolved now. */
export function aimFault(
  fault: Fault,
  shape: Shape,
  roles: RoleBook,
  pinned?: Pins[number],
): Aimed {
  const targets = 'links' in fault ? [fault.links.from, fault.links.to] : [fault.nodes];
  const isPinned = targets.some(isObserved);
  if (pinned === undefined && !roles.hasLeader && targets.some(needsLeader)) {
    return { aim: 'nobody was seen to lead', pin: [] };
  }
  if (
    pinned === undefined &&
    targets.some((t) => t.of === 'holder' && roles.resolve(t).length === 0)
  ) {
    return { aim: 'nobody was seen to hold a lock', pin: [] };
  }
  if (pinned?.length === 0) return { aim: 'it hit nobody in the run before', pin: [] };
  if ('links' in fault) {
    const links = pinned === undefined ? resolveLinks(fault.links, roles) : pairs(pinned);
    const nodes = [...new Set(links.map(([a]) => a))].sort((a, b) => a - b);
    const aim = links.length === 0 ? 'no link between the nodes that are meant' : { links, nodes };
    return { aim, pin: isPinned ? links.flat() : null };
  }
  const meant = pinned ?? roles.resolve(fault.nodes);
  // Clients run in the harness: a fault of machines leaves them out.
  const nodes = meant.filter((id) => id < nodeCount(shape));
  const aim = nodes.length === 0 ? whyNobody(meant) : { links: [], nodes };
  return { aim, pin: isPinned ? meant : null };
}

function whyNobody(meant: readonly NodeId[]): string {
  return meant.length === 0 ? 'no node is meant' : 'workload clients have no process of their own';
}

/** True for targets whose meaning depends on what was observed. */
export function isObserved(target: NodeTarget): boolean {
  return needsLeader(target) || ['minority', 'majority', 'holder'].includes(target.of);
}

/** Without a leader these mean nobody; a minority is one whoever leads. */
function needsLeader(target: NodeTarget): boolean {
  return target.of === 'leader' || target.of === 'follower' || target.of === 'followers';
}

function pairs(flat: readonly NodeId[]): Link[] {
  const links: Link[] = [];
  for (let i = 0; i + 1 < flat.length; i += 2) {
    links.push([flat[i] as NodeId, flat[i + 1] as NodeId]);
  }
  return links;
}
