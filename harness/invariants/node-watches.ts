/** Promises that are judged node by node: one watch each, and one pass for judge and monitor alike. */
import type { History, HistoryEvent, ObservationEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Invariant, Monitor } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Explanation } from '../core/verdict.ts';
import { Impairments } from './impairments.ts';
import type { ModeParameters } from './mode-parameters.ts';
import { replay } from './words.ts';

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

interface NodePromise<W extends NodeWatch> extends Pick<
  Invariant,
  'id' | 'area' | 'claim' | 'faultModel'
> {
  /** Are workload clients judged as well? They have no mode. */
  readonly withClients: boolean;
  /** Gives what makes the watch of a node of this run. */
  readonly watch: (program: Program, impairments: Impairments) => (node: NodeId) => W;
  /** On what it holds, or why nothing was decided. */
  readonly basis: (watches: readonly W[]) => string | { readonly unknown: string };
}

export function nodeInvariant<W extends NodeWatch>(p: NodePromise<W>): Invariant {
  const { id, area, claim, faultModel } = p;
  return {
    id,
    area,
    claim,
    faultModel,
    monitor: (program) => new NodeWatches(p, program),
    judge(history: History, program) {
      const watches = new NodeWatches(p, program);
      const explanation = replay(watches, history);
      if (explanation !== null) return { kind: 'violated', invariant: id, claim, explanation };
      const basis = p.basis(watches.all);
      if (typeof basis === 'string') return { kind: 'holds', invariant: id, basis };
      return { kind: 'unknown', invariant: id, reason: basis.unknown };
    },
  };
}

class NodeWatches<W extends NodeWatch> implements Monitor {
  private readonly impairments = new Impairments();
  private readonly watches = new Map<NodeId, W>();
  private readonly make: (node: NodeId) => W;
  /** Nodes from here on are not judged. */
  private readonly end: number;

  constructor(p: NodePromise<W>, program: Program) {
    this.make = p.watch(program, this.impairments);
    const { nodes, clients } = program.shape;
    this.end = nodes.length + (p.withClients ? clients : 0);
  }

  get all(): readonly W[] {
    return [...this.watches.values()];
  }

  event(e: HistoryEvent): Explanation | null {
    if (e.type === 'fault' || e.type === 'stall') this.impairments.event(e);
    if ((e.type !== 'observe' && e.type !== 'node') || e.node >= this.end) return null;
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
