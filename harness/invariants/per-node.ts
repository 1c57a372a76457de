/** Promises that are judged node by node: one monitor each, and one pass for judge and monitor alike. */
import type { HistoryEvent, ObservationEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { StoppedNodes } from './stopped-nodes.ts';
import { monitored, type Promised, type RunMonitor } from './monitored.ts';

/** Judges one node; constant work an event. */
export interface NodeMonitor {
  /** Its process started, or is gone. */
  process(isUp: boolean, timeUs: number): void;
  /** The first violation, or null. */
  observe(e: ObservationEvent): Explanation | null;
}

export interface NodePromise<W extends NodeMonitor> extends Promised {
  /** Are workload clients judged as well? They have no mode. */
  readonly withClients: boolean;
  /** Why nothing of this program is judged: what is promised of is not there. Absent, null: it is. */
  readonly unjudged?: (program: Program) => string | null;
  /** Gives what makes the monitor of a node of this run. */
  readonly open: (program: Program, stopped: StoppedNodes) => (node: NodeId) => W;
  /** On what it holds, or why nothing was decided. */
  readonly basis: (monitors: readonly W[]) => string | { readonly undecided: string };
}

export function perNode<W extends NodeMonitor>(p: NodePromise<W>): Invariant {
  const { id, area, claim, faultModel } = p;
  return monitored({ id, area, claim, faultModel }, (program) => new NodeMonitors(p, program));
}

class NodeMonitors<W extends NodeMonitor> implements RunMonitor {
  private readonly stopped = new StoppedNodes();
  private readonly monitors = new Map<NodeId, W>();
  private readonly make: (node: NodeId) => W;
  private readonly p: NodePromise<W>;
  private readonly unjudged: string | null;
  /** Nodes from here on are not judged. */
  private readonly nodesEnd: number;

  constructor(p: NodePromise<W>, program: Program) {
    this.p = p;
    this.unjudged = p.unjudged?.(program) ?? null;
    this.make = p.open(program, this.stopped);
    const { nodes, clients } = program.shape;
    this.nodesEnd = nodes.length + (p.withClients ? clients : 0);
  }

  end(): ReturnType<RunMonitor['end']> {
    if (this.unjudged !== null) return { undecided: this.unjudged };
    return this.p.basis([...this.monitors.values()]);
  }

  event(e: HistoryEvent): Explanation | null {
    if (this.unjudged !== null) return null;
    if (e.type === 'fault' || e.type === 'stall') this.stopped.event(e);
    if ((e.type !== 'observe' && e.type !== 'node') || e.node >= this.nodesEnd) return null;
    let monitor = this.monitors.get(e.node);
    if (monitor === undefined) {
      monitor = this.make(e.node);
      this.monitors.set(e.node, monitor);
    }
    if (e.type === 'observe') return monitor.observe(e);
    monitor.process(e.change === 'started', e.timeUs);
    return null;
  }
}
