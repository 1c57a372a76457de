/**
 * Faults inside nodes and clients: loss, duplication and reordering of messages, clocks, disks. What
 * overlaps is put together here, so that a node is only ever told the whole of what is in force.
 */
import type { NodeId } from '../core/host.ts';
import type { NodeCounters, NodeFaults } from '../host/control-protocol.ts';
import { combineClockErrors, combineDelays, combineMessageFaults } from '../faults/overlap.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import type { Deployment, RealtimeClient } from './deployment.ts';

/** Names one figure of one node's counters: `sent 3`, `dropped 3`, `skewedReads`. */
type Figures = Map<string, number>;

interface NodeState {
  /** False when the node must be told (again) what is in force. */
  isSynced: boolean;
  /** Number of its process. */
  boot: number;
  /** Figures of earlier boots, and of the present one. */
  before: Figures;
  now: Figures;
  /** All that it told, of which `now` is a part. */
  told: NodeCounters | null;
  /** Number of the question whose answer `now` is. */
  asked: number;
  /** Ends when all that was to be told so far is told, or could not be. */
  work: Promise<void>;
}

export interface Told extends NodeCounters {
  readonly boot: number;
}

export interface NodeFaultsOptions {
  readonly deployment: Pick<Deployment, 'setFaults' | 'counters'>;
  /** By id. */
  readonly clients: ReadonlyMap<NodeId, RealtimeClient>;
  readonly isReachable: (node: NodeId) => boolean;
  /** Nodes go with the run, which is broken off: they need not be told any more. Absent: never. */
  readonly leaveUntold?: AbortSignal;
}

/** A node is starved for a second at times; one that misses this many answers has hung. */
const endTriesMax = 5;

export class NodeFaultControl {
  private readonly o: NodeFaultsOptions;
  private readonly faults = new Map<number, ReadonlyMap<NodeId, NodeFaults>>();
  private readonly states = new Map<NodeId, NodeState>();
  private sequence = 0;
  private questions = 0;

  constructor(options: NodeFaultsOptions) {
    this.o = options;
  }

  /** Puts `fault` in force at the nodes named. */
  async begin(fault: number, parts: ReadonlyMap<NodeId, NodeFaults>): Promise<void> {
    this.faults.set(fault, parts);
    await this.pushAll([...parts.keys()]);
  }

  /** Throws when a node that can be spoken to cannot be told: the fault would go on unseen. */
  async end(fault: number): Promise<void> {
    const nodes = [...(this.faults.get(fault)?.keys() ?? [])];
    this.faults.delete(fault);
    if (this.o.leaveUntold?.aborted === true) return;
    let unreachable: readonly NodeId[] = nodes;
    for (let tries = 0; unreachable.length > 0; tries++) {
      if (tries === endTriesMax)
        throw new Error(`nodes ${unreachable.join()} do not hear that it is over`);
      await this.pushAll(unreachable);
      unreachable = unreachable.filter(
        (node) => !this.state(node).isSynced && this.o.isReachable(node),
      );
    }
  }

  /** The node's process is new and knows of nothing; its counters begin again. */
  restarted(node: NodeId): void {
    const s = this.state(node);
    s.isSynced = false;
    s.boot += 1;
    for (const [name, n] of s.now) s.before.set(name, (s.before.get(name) ?? 0) + n);
    s.now = new Map();
    s.told = null;
  }

  /** Tells those nodes what is in force that do not know it yet. */
  async sync(): Promise<void> {
    await this.pushAll([...this.states].filter(([, s]) => !s.isSynced).map(([node]) => node));
  }

  /** Asks nodes for their figures; changes nothing at those that know what is in force. */
  async refresh(nodes: readonly NodeId[]): Promise<void> {
    await this.sync();
    await Promise.all(nodes.map((node) => this.ask(node)));
  }

  /** What a node that knows all that is in force told when it was last asked; null: it could not be. */
  told(node: NodeId): Told | null {
    const s = this.states.get(node);
    const told = s?.told ?? null;
    if (s === undefined || told === null || !s.isSynced || !this.o.isReachable(node)) return null;
    return { ...told, boot: s.boot };
  }

  /** All that is in force at a node. */
  inForce(node: NodeId): NodeFaults {
    return together([...this.faults.values()].flatMap((parts) => parts.get(node) ?? []));
  }

  /** The last known value of a figure, over all boots of the node. */
  figure(node: NodeId, name: string): number {
    const s = this.states.get(node);
    return (s?.before.get(name) ?? 0) + (s?.now.get(name) ?? 0);
  }

  private async pushAll(nodes: readonly NodeId[]): Promise<void> {
    await Promise.all(nodes.map((node) => this.push(node)));
  }

  /** One request at a time for one node, each with all that is in force when it is sent. */
  private push(node: NodeId): Promise<void> {
    const s = this.state(node);
    s.work = s.work.then(() => this.pushNow(node, s));
    return s.work;
  }

  private async pushNow(node: NodeId, s: NodeState): Promise<void> {
    const faults = this.inForce(node);
    const client = this.o.clients.get(node);
    if (client !== undefined) {
      client.setFaults?.(faults.links);
      s.isSynced = true;
      return;
    }
    if (!this.o.isReachable(node)) {
      s.isSynced = false;
      return;
    }
    const { boot } = s;
    this.sequence += 1;
    try {
      await this.o.deployment.setFaults(node, { sequence: this.sequence, faults });
      s.isSynced = s.boot === boot;
    } catch {
      // Not up yet, starved or just dying: it is told at the next sync.
      s.isSynced = false;
    }
  }

  private async ask(node: NodeId): Promise<void> {
    const s = this.state(node);
    const client = this.o.clients.get(node);
    if (client !== undefined) {
      s.now = figuresOf(client.counters?.() ?? { sent: {}, links: {} });
      return;
    }
    if (!this.o.isReachable(node)) return;
    const { boot } = s;
    this.questions += 1;
    const question = this.questions;
    const counters = await this.o.deployment.counters(node).catch(() => null);
    // A question that took long may be answered after a later one.
    if (counters === null) s.told = null;
    if (counters === null || s.boot !== boot || s.asked > question) return;
    s.asked = question;
    s.now = figuresOf(counters);
    s.told = counters;
  }

  private state(node: NodeId): NodeState {
    let s = this.states.get(node);
    if (s === undefined) {
      s = {
        isSynced: true,
        boot: 0,
        before: new Map(),
        now: new Map(),
        told: null,
        asked: 0,
        work: Promise.resolve(),
      };
      this.states.set(node, s);
    }
    return s;
  }
}

/** All of several faults at once, as `faults/overlap.ts` defines it. */
function together(parts: readonly NodeFaults[]): NodeFaults {
  const links: Record<NodeId, MessageFaults> = {};
  for (const to of new Set(parts.flatMap((p) => Object.keys(p.links).map(Number)))) {
    links[to] = combineMessageFaults(parts.flatMap((p) => p.links[to] ?? []));
  }
  return {
    links,
    clock: combineClockErrors(parts.map((p) => p.clock)),
    syncDelayUs: combineDelays(parts.map((p) => p.syncDelayUs)),
    troubles: [...new Set(parts.flatMap((p) => p.troubles))],
    connections: [...new Set(parts.flatMap((p) => p.connections))],
  };
}

function figuresOf(c: Pick<NodeCounters, 'sent' | 'links'> & Partial<NodeCounters>): Figures {
  const figures: Figures = new Map([
    ['skewedReads', c.skewedReads ?? 0],
    ['delayedSyncs', c.delayedSyncs ?? 0],
    ['failedSyncs', c.failedSyncs ?? 0],
    ['falseSyncs', c.falseSyncs ?? 0],
    ['refusedWrites', c.refusedWrites ?? 0],
    ['refusedConnections', c.refusedConnections ?? 0],
  ]);
  for (const [to, n] of Object.entries(c.sent)) figures.set(`sent ${to}`, n);
  for (const [to, l] of Object.entries(c.links)) {
    figures.set(`dropped ${to}`, l.dropped);
    figures.set(`duplicated ${to}`, l.duplicated);
    figures.set(`reordered ${to}`, l.reordered);
  }
  return figures;
}
