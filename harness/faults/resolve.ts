/** Who is meant: turns the roles of a fault into nodes, from what was observed until now. */
import { unreachable } from '../core/assert.ts';
import type { LinkTarget, NodeTarget } from '../core/fault.ts';
import type { HistoryEvent, OperationEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import { clientId, instancesOf, nodesWithRole } from '../core/program.ts';
import type { Shape } from '../core/program.ts';
import type { Link } from './link-rule.ts';

/** Follows a run's events and answers who holds which role at this moment. */
export class RoleBook {
  private readonly shape: Shape;
  private leader: NodeId | null = null;
  private term = -1;
  /** The client of the last grant of each lock, the latest last. */
  private readonly holders = new Map<string, NodeId>();

  constructor(shape: Shape) {
    this.shape = shape;
  }

  /** To be called with every event of the run, in order. */
  event(e: HistoryEvent): void {
    if (e.type === 'ok' && (e.f === 'acquire' || e.f === 'release')) this.held(e);
    if (e.type !== 'observe' || e.value.kind !== 'role' || e.value.role !== 'leader') return;
    if (e.value.term < this.term) return;
    this.term = e.value.term;
    this.leader = e.node;
  }

  private held({ f, key, value, process }: OperationEvent): void {
    this.holders.delete(key);
    const { shape } = this;
    // A refused acquire is told by null.
    if (f === 'acquire' && value !== null && shape.clients > 0)
      this.holders.set(key, clientId(shape, process % shape.clients));
  }

  /** Was anybody seen to lead so far? */
  get hasLeader(): boolean {
    return this.leader !== null;
  }

  /**
   * The nodes meant, ascending. Before anybody was seen to lead, `leader`, `follower` and `followers`
   * are nobody, and the minority is that of the first servers. Of one server alone it is that one, and so is the majority.
   */
  resolve(target: NodeTarget): readonly NodeId[] {
    const servers = nodesWithRole(this.shape, 'server');
    const leader = this.leader ?? servers[0];
    const followers = servers.filter((id) => id !== leader);
    const minority = [...(leader === undefined ? [] : [leader]), ...followers].slice(
      0,
      Math.max(1, (servers.length - 1) >> 1),
    );
    switch (target.of) {
      case 'node':
        return [target.node];
      case 'nodes':
        return ascending(target.nodes);
      case 'leader':
        return this.leader === null ? [] : [this.leader];
      case 'follower':
        return this.leader === null ? [] : followers.slice(0, 1);
      case 'followers':
        return this.leader === null ? [] : followers;
      case 'minority':
        return ascending(minority);
      case 'majority':
        return servers.length === 1 ? servers : servers.filter((id) => !minority.includes(id));
      case 'holder': {
        const held =
          target.lock === undefined
            ? [...this.holders.values()].at(-1)
            : this.holders.get(target.lock);
        return held === undefined ? [] : [held];
      }
      case 'role':
        return nodesWithRole(this.shape, target.role);
      case 'service':
        return instancesOf(this.shape, target.service);
      case 'zone':
        return this.shape.nodes.flatMap((n, id) => (n.zone === target.zone ? [id] : []));
      case 'servers':
        return servers;
      case 'clients':
        return clients(this.shape);
      case 'everyone':
        return [...this.shape.nodes.keys(), ...clients(this.shape)];
      default:
        return unreachable(target);
    }
  }
}

/** The directed links meant, oneself excepted, each once. */
export function resolveLinks(target: LinkTarget, roles: RoleBook): readonly Link[] {
  const from = roles.resolve(target.from);
  const to = roles.resolve(target.to);
  const pairs = new Map<string, Link>();
  for (const a of from) {
    for (const b of to) {
      if (a === b) continue;
      pairs.set(`${a}>${b}`, [a, b]);
      if (target.bothWays) pairs.set(`${b}>${a}`, [b, a]);
    }
  }
  return [...pairs.values()];
}

function clients(shape: Shape): NodeId[] {
  return Array.from({ length: shape.clients }, (_, client) => clientId(shape, client));
}

function ascending(nodes: readonly NodeId[]): NodeId[] {
  return [...nodes].sort((a, b) => a - b);
}
