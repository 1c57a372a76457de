/** Promises that are judged node by node: one watch each, and one pass for judge and monitor alike. */
import type { HistoryEvent, ObservationEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { Impairments } from './impairments.ts';
import type { ModeParameters } from './mode-parameters.ts';
import { online, type Promised, type Watch } from './online.ts';

/** Watches one node; constant work an event. */
export interface NodeWatch {
  /** Its process started, or is gone. */
  process(isUp: boolean, timeUs: number): void;
  /** The first violation, or null. */
  observe(e: ObservationEvent): Explanation | null;
}

/** A node whose modes are judged, in one run. */
export interface WatchedNode {
  readonly node: NodeId;
  /** As long as they are in this run. */
  readonly p: ModeParameters;
  readonly impairments: Impairments;
  readonly program: Program;
}

interface NodePromise<W extends NodeWatch> extends Promised {
  /** Are workload clients judged as well? They have no mode. */
  readonly withClients: boolean;
  /** Gives what makes the watch of a node of this run. */
  readonly watch: (program: Program, impairments: Impairments) => (node: NodeId) => W;
  /** On what it holds, or why nothing was decided. */
  readonly basis: (watches: readonly W[]) => string | { readonly undecided: string };
}

export function nodeInvariant<W extends NodeWatch>(p: NodePromise<W>): Invariant {
  const { id, area, claim, faultModel } = p;
  return online({ id, area, claim, faultModel }, (program) => new NodeWatches(p, program));
}

class NodeWatches<W extends NodeWatch> implements Watch {
  private readonly impairments = new Impairments();
  private readonly watches = new Map<NodeId, W>();
  private readonly make: (node: NodeId) => W;
  private readonly p: NodePromise<W>;
  /** Nodes from here on are not judged. */
  private readonly nodesEnd: number;

  constructor(p: NodePromise<W>, program: Program) {
    this.p = p;
    this.make = p.watch(program, this.impairments);
    const { nodes, clients } = program.shape;
    this.nodesEnd = nodes.length + (p.withClients ? clients : 0);
  }

  end(): ReturnType<Watch['end']> {
    return this.p.basis([...this.watches.values()]);
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'fault' || e.type === 'stall') this.impairments.event(e);
    if ((e.type !== 'observe' && e.type !== 'node') || e.node >= this.nodesEnd) return null;
    let watch = this.watches.get(e.node);
    if (watch === undefined) {
      watch = this.make(e.node);
      this.watches.set(e.node, watch);
    }
    if (e.type === 'observe') return watch.observe(e);
    watch.process(e.change === 'started', e.timeUs);
    return null;
  }
}
