/**
 * Which abstract states nodes were seen in, and which steps between them: what exploration has covered.
 *
 * A node's state is what it says about itself, coarsely: its place in the cluster, its role, and the
 * facets that its system names. Which node it was does not count.
 */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import type { Facet } from '../core/system.ts';
import { NodeState, facetsOf } from './node-state.ts';

export class Coverage {
  readonly states = new Set<string>();
  /** `from → to`, of one node. */
  readonly transitions = new Set<string>();
  private readonly facets: readonly Facet[];

  constructor(facets: readonly Facet[] = []) {
    this.facets = facetsOf(facets);
  }

  /** Takes in a run; gives what it was the first to show. Linear in the events. */
  add(events: readonly HistoryEvent[], program: Program): Novelty {
    const states: string[] = [];
    let transitions = 0;
    let firstUs: number | null = null;
    const nodes = new Map<NodeId, NodeState>();
    for (const e of events) {
      const node = nodeOf(e);
      if (node === null) continue;
      let state = nodes.get(node);
      if (state === undefined) {
        state = new NodeState(program.shape.nodes[node]?.role ?? 'client', this.facets);
        nodes.set(node, state);
      }
      const before = state.text;
      if (!state.event(e)) continue;
      const now = state.text;
      if (now === before) continue;
      if (!this.states.has(now)) {
        this.states.add(now);
        states.push(now);
        firstUs ??= e.timeUs;
      }
      const step = `${before} → ${now}`;
      if (this.transitions.has(step)) continue;
      this.transitions.add(step);
      transitions += 1;
      firstUs ??= e.timeUs;
    }
    return { states, transitions, firstUs };
  }
}

export interface Novelty {
  /** States that no run before had shown. */
  readonly states: readonly string[];
  /** How many transitions. */
  readonly transitions: number;
  /** When the first of these was seen, µs since the run began; null: there was none. */
  readonly firstUs: number | null;
}

function nodeOf(e: HistoryEvent): NodeId | null {
  return e.type === 'observe' || e.type === 'node' ? e.node : null;
}
