/**
 * Faults inside nodes and clients: loss, duplication and reordering of messages, clocks, disks. What
 * overlaps is put together here, so that a node is only ever told the whole of what is in force.
 */
import type { NodeId } from '../core/host.ts';
import type { NodeCounters, NodeFaults } from '../host/control.ts';
import { combineClockErrors, combineDelays, combineMessageFaults } from '../faults/overlap.ts';
import type { MessageFaults } from '../faults/overlap.ts';
import type { Deployment, LiveClient } from './deployment.ts';

/** Names one figure of one node's counters: `sent 3`, `dropped 3`, `skewedReads`. */
type Figures = Map<string, number>;

interface NodeState {
  /** False when the node must be told (again) what is in force. */
  isTold: boolean;
  /** Of earlier boots, and of the present one. */
  before: Figures;
  now: Figures;
}

export interface NodeControlsOptions {
  readonly deployment: Pick<Deployment, 'control'>;
  /** By id. */
  readonly clients: ReadonlyMap<NodeId, LiveClient>;
  readonly isReachable: (node: NodeId) => boolean;
}

/** A node is starved for a second at times; one that misses this many answers has hung. */
const endTriesMax = 5;

export class NodeControls {
  private readonly o: NodeControlsOptions;
  private readonly faults = new Map<number, ReadonlyMap<NodeId, NodeFaults>>();
  private readonly states = new Map<NodeId, NodeState>();

  constructor(options: NodeControlsOptions) {
    this.o = options;
  }

  /** Puts `fault` in force at the nodes named. */
  async begin(fault: number, parts: ReadonlyMap<NodeId, NodeFaults>): Promise<void> {
    this.faults.set(fault, parts);
    await this.tell([...parts.keys()]);
  }

  /** Throws when a node that can be spoken to cannot be told: the fault would go on unseen. */
  async end(fault: number): Promise<void> {
    const nodes = [...(this.faults.get(fault)?.keys() ?? [])];
    this.faults.delete(fault);
    let deaf: readonly NodeId[] = nodes;
    for (let tries = 0; deaf.length > 0; tries++) {
      if (tries === endTriesMax)
        throw new Error(`nodes ${deaf.join()} do not hear that it is over`);
      await this.tell(deaf);
      deaf = deaf.filter((node) => !this.state(node).isTold && this.o.isReachable(node));
    }
  }

  /** The node's process is new and knows of nothing; its counters begin again. */
  restarted(node: NodeId): void {
    const s = this.state(node);
    s.isTold = false;
    for (const [name, n] of s.now) s.before.set(name, (s.before.get(name) ?? 0) + n);
    s.now = new Map();
  }

  /** Asks nodes for their figures, and tells those what is in force that do not know it yet. */
  async refresh(nodes: readonly NodeId[]): Promise<void> {
    const untold = [...this.states].filter(([, s]) => !s.isTold).map(([node]) => node);
    await this.tell([...new Set([...nodes, ...untold])]);
  }

  /** The last known value of a figure, over all boots of the node. */
  figure(node: NodeId, name: string): number {
    const s = this.states.get(node);
    return (s?.before.get(name) ?? 0) + (s?.now.get(name) ?? 0);
  }

  private async tell(nodes: readonly NodeId[]): Promise<void> {
    await Promise.all(nodes.map((node) => this.tellOne(node)));
  }

  private async tellOne(node: NodeId): Promise<void> {
    const s = this.state(node);
    const wanted = together([...this.faults.values()].flatMap((parts) => parts.get(node) ?? []));
    const client = this.o.clients.get(node);
    if (client !== undefined) {
      client.setFaults?.(wanted.links);
      s.now = figuresOf(client.counters?.() ?? { sent: {}, links: {} });
      s.isTold = true;
      return;
    }
    s.isTold = false;
    if (!this.o.isReachable(node)) return;
    try {
      s.now = figuresOf(await this.o.deployment.control(node, wanted));
      s.isTold = true;
    } catch {
      // Not up yet, starved or just dying: it is told at the next refresh.
    }
  }

  private state(node: NodeId): NodeState {
    let s = this.states.get(node);
    if (s === undefined) {
      s = { isTold: true, before: new Map(), now: new Map() };
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
  };
}

function figuresOf(c: Pick<NodeCounters, 'sent' | 'links'> & Partial<NodeCounters>): Figures {
  const figures: Figures = new Map([
    ['skewedReads', c.skewedReads ?? 0],
    ['delayedSyncs', c.delayedSyncs ?? 0],
  ]);
  for (const [to, n] of Object.entries(c.sent)) figures.set(`sent ${to}`, n);
  for (const [to, l] of Object.entries(c.links)) {
    figures.set(`dropped ${to}`, l.dropped);
    figures.set(`duplicated ${to}`, l.duplicated);
    figures.set(`reordered ${to}`, l.reordered);
  }
  return figures;
}
