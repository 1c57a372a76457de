/**
 * Which abstract states nodes were seen in, and which steps between them: what exploration has covered.
 *
 * A node's state is what it says about itself, coarsely: its place in the cluster, mode, role, the
 * worst of its circuits and the worst that it believes of a member. Which node it was does not count.
 */
import type { HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Mode } from '../core/mode.ts';
import type { CircuitState, MemberStatus, Role } from '../core/observation.ts';
import type { Program } from '../core/program.ts';

export class Coverage {
  readonly states = new Set<string>();
  /** `from → to`, of one node. */
  readonly transitions = new Set<string>();

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
        state = new NodeState(program.shape.nodes[node]?.role ?? 'client');
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

const circuitRank: Readonly<Record<CircuitState, number>> = { closed: 0, 'half-open': 1, open: 2 };
const memberRank: Readonly<Record<MemberStatus, number>> = {
  alive: 0,
  left: 1,
  suspect: 2,
  dead: 3,
};

/** What is known of one node; everything but its place is forgotten when its process starts anew. */
class NodeState {
  text = 'not started';
  private readonly place: string;
  private isUp = false;
  private mode: Mode | 'no mode' = 'no mode';
  private role: Role | 'no role' = 'no role';
  private readonly circuits = new Map<string, CircuitState>();
  private readonly members = new Map<NodeId, MemberStatus>();

  constructor(place: string) {
    this.place = place;
  }

  /** True when the event was about the state. */
  event(e: HistoryEvent): boolean {
    if (e.type === 'node') this.process(e.change === 'started');
    else if (e.type !== 'observe') return false;
    else if (e.value.kind === 'mode') this.mode = e.value.to;
    else if (e.value.kind === 'role') this.role = e.value.role;
    else if (e.value.kind === 'circuit') this.circuits.set(e.value.service, e.value.to);
    else if (e.value.kind === 'member') this.members.set(e.value.member, e.value.status);
    else return false;
    if (e.type === 'observe') this.isUp = true;
    this.text = this.isUp ? this.describe() : `${this.place}: down`;
    return true;
  }

  private process(isUp: boolean): void {
    this.isUp = isUp;
    this.mode = 'no mode';
    this.role = 'no role';
    this.circuits.clear();
    this.members.clear();
  }

  private describe(): string {
    const circuit = worst(this.circuits.values(), circuitRank, 'closed');
    const member = worst(this.members.values(), memberRank, 'alive');
    return `${this.place}: ${this.mode}, ${this.role}, circuits ${circuit}, members ${member}`;
  }
}

function worst<T extends string>(of: Iterable<T>, rank: Readonly<Record<T, number>>, least: T): T {
  let found = least;
  for (const t of of) if (rank[t] > rank[found]) found = t;
  return found;
}
