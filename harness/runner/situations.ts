/**
 * In which situations faults took effect: a crash of a leader, a pause on the Floor, a cut while a
 * circuit is half open. A promise that held in a thousand runs says nothing of a situation that none
 * of them was in; so what was seen, could have been hit, and never was, is told.
 */
import type { FaultEvent, HistoryEvent } from '../core/history.ts';
import type { NodeId } from '../core/host.ts';
import type { Program } from '../core/program.ts';
import type { Facet } from '../core/system.ts';
import { NodeState, facetsOf } from './node-state.ts';

/** More than these are counted, not told: whoever reads a hundred lines reads none. */
const toldMax = 12;

/** All that was noted, as pairs. */
export interface SituationsState {
  /** Place, and side of a state. */
  readonly seen: readonly (readonly [string, string])[];
  /** Place, and kind of fault. */
  readonly kinds: readonly (readonly [string, string])[];
  readonly tried: readonly string[];
}

export class Situations {
  private readonly facets: readonly Facet[];
  /** By place (a node's role in the shape): the sides of a state that some run was in. */
  private readonly seen = new Map<string, Set<string>>();
  /** By place: kinds of fault that took effect there. */
  private readonly kinds = new Map<string, Set<string>>();
  private readonly tried = new Set<string>();
  private runs = 0;

  constructor(facets: readonly Facet[] = []) {
    this.facets = facetsOf(facets);
  }

  /** Takes in a run. Linear in the events. */
  add(events: readonly HistoryEvent[], program: Program): void {
    this.runs += 1;
    const nodes = new Map<NodeId, NodeState>();
    /** By fault in force that has not taken effect yet: what its nodes were when it began. */
    const begun = new Map<number, readonly Place[]>();
    const stateOf = (node: NodeId): NodeState => {
      let state = nodes.get(node);
      if (state === undefined) nodes.set(node, (state = new NodeState('', this.facets)));
      return state;
    };
    for (const e of events) {
      if (e.type === 'fault') this.fault(e, begun, program, stateOf);
      else if ((e.type === 'observe' || e.type === 'node') && stateOf(e.node).event(e)) {
        const place = placeOf(program, e.node);
        for (const side of stateOf(e.node).sides()) if (side !== null) note(this.seen, place, side);
      }
    }
  }

  get state(): SituationsState {
    return { seen: pairsOf(this.seen), kinds: pairsOf(this.kinds), tried: [...this.tried].sort() };
  }

  /** Takes in what others have noted in `runs` runs. */
  merge({ seen, kinds, tried }: SituationsState, runs: number): void {
    this.runs += runs;
    for (const [place, side] of seen) note(this.seen, place, side);
    for (const [place, kind] of kinds) note(this.kinds, place, kind);
    for (const name of tried) this.tried.add(name);
  }

  /** Situations in which a fault took effect. */
  get count(): number {
    return this.tried.size;
  }

  /** Sides of states that were seen, with the kinds of fault that hit such nodes, but never in them. */
  get never(): readonly string[] {
    const all: string[] = [];
    for (const [place, kinds] of [...this.kinds].sort(byName)) {
      for (const kind of [...kinds].sort()) {
        for (const side of [...(this.seen.get(place) ?? [])].sort()) {
          if (!this.tried.has(nameOf(kind, place, side))) all.push(nameOf(kind, place, side));
        }
      }
    }
    return all;
  }

  /** One line for each of `never`, the first dozen of them. */
  lines(): string[] {
    const { never } = this;
    const told = never.slice(0, toldMax).map((what) => `never in ${this.runs} runs: ${what}`);
    const rest = never.length - toldMax;
    return rest <= 0 ? told : [...told, `and ${rest} more situations that no fault was tried in`];
  }

  private fault(
    e: FaultEvent,
    begun: Map<number, readonly Place[]>,
    program: Program,
    stateOf: (node: NodeId) => NodeState,
  ): void {
    if (e.phase === 'begin') {
      // Of a node that is down nothing is known: there is no situation to be in.
      begun.set(
        e.fault,
        e.nodes.flatMap((node) =>
          stateOf(node)
            .sides()
            .flatMap((side) => (side === null ? [] : [{ place: placeOf(program, node), side }])),
        ),
      );
    } else if (e.phase === 'effective') {
      for (const { place, side } of begun.get(e.fault) ?? []) {
        note(this.kinds, place, e.kind);
        this.tried.add(nameOf(e.kind, place, side));
      }
    }
  }
}

interface Place {
  readonly place: string;
  readonly side: string;
}

function placeOf(program: Program, node: NodeId): string {
  return program.shape.nodes[node]?.role ?? 'client';
}

function nameOf(kind: string, place: string, side: string): string {
  return `${kind} of a ${place} (${side})`;
}

function note(sets: Map<string, Set<string>>, key: string, value: string): void {
  const set = sets.get(key);
  if (set === undefined) sets.set(key, new Set([value]));
  else set.add(value);
}

function pairsOf(sets: ReadonlyMap<string, ReadonlySet<string>>): [string, string][] {
  return [...sets]
    .sort(byName)
    .flatMap(([key, values]) => [...values].sort().map((value): [string, string] => [key, value]));
}

function byName([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number {
  return a < b ? -1 : 1;
}
