/**
 * Which abstract states nodes were seen in, and which steps between them: what exploration has covered.
 *
 * A node's state is what it says about itself, coarsely: its place in the cluster, its role, and the
 * facets that its system names. Which node it was does not count.
 */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Observation } from '../core/observation.ts';
import type { Program } from '../core/program.ts';
import type { Facet } from '../core/system.ts';

export class Coverage {
  readonly states = new Set<string>();
  /** `from → to`, of one node. */
  readonly transitions = new Set<string>();
  private readonly facets: readonly Facet[];

  constructor(facets: readonly Facet[] = []) {
    this.facets = [role, ...facets];
  }

  /** Takes in a run; gives what it was the first to show. Linear in the events. */
  add(events: readonly HistoryEvent[], program: Program): Novelty {
    const states: string[] = [];
    let transitions = 0;
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
      }
      const step = `${before} → ${now}`;
      if (this.transitions.has(step)) continue;
      this.transitions.add(step);
      transitions += 1;
    }
    return { states, transitions };
  }
}

export interface Novelty {
  /** States that no run before had shown. */
  readonly states: readonly string[];
  /** How many transitions. */
  readonly transitions: number;
}

function nodeOf(e: HistoryEvent): NodeId | null {
  return e.type === 'observe' || e.type === 'node' ? e.node : null;
}

const role: Facet = {
  name: '',
  values: ['no role', 'follower', 'candidate', 'leader'],
  read: (o) => (o.kind === 'role' ? { value: o.role } : null),
};

/** What is known of one node; everything but its place is forgotten when its process starts anew. */
class NodeState {
  text = 'not started';
  private readonly place: string;
  private readonly facets: readonly Facet[];
  private isUp = false;
  /** By facet: the value of each subject. */
  private readonly said: readonly Map<string, string>[];

  constructor(place: string, facets: readonly Facet[]) {
    this.place = place;
    this.facets = facets;
    this.said = facets.map(() => new Map<string, string>());
  }

  /** True when the event was about the state. */
  event(e: HistoryEvent): boolean {
    if (e.type === 'node') this.process(e.change === 'started');
    else if (e.type !== 'observe' || !this.observe(e.value)) return false;
    else this.isUp = true;
    this.text = this.isUp ? this.describe() : `${this.place}: down`;
    return true;
  }

  private observe(o: Observation): boolean {
    let isNews = false;
    this.facets.forEach((facet, i) => {
      const said = facet.read(o);
      if (said === null) return;
      isNews = true;
      this.said[i]?.set(said.subject ?? '', said.value);
    });
    return isNews;
  }

  private process(isUp: boolean): void {
    this.isUp = isUp;
    for (const values of this.said) values.clear();
  }

  private describe(): string {
    const parts = this.facets.map(({ name, values }, i) => {
      const at = [...(this.said[i]?.values() ?? [])].map((v) => values.indexOf(v));
      const value = values[Math.max(0, ...at)] ?? values[0];
      return name === '' ? value : `${name} ${value}`;
    });
    return `${this.place}: ${parts.join(', ')}`;
  }
}
