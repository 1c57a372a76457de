/** Finds one short cycle of each class that no other implies, in Elle's order of severity. */
import type { CycleBase, CycleClass, OrderSuffix } from '../anomaly.ts';
import { type Cycle, CycleSearch, type CycleShape } from './cycles.ts';
import { dataEdges, edge, type Graph, Graph as Part } from './graph.ts';
import { snapshotGraph } from './snapshot-graph.ts';

export interface FoundCycle {
  readonly kind: CycleClass;
  readonly cycle: Cycle;
}

/** Of a class with an order, only what is found in no smaller one: its cycles need that order. */
const suffixes: readonly { readonly suffix: OrderSuffix; readonly extra: number }[] = [
  { suffix: '', extra: 0 },
  { suffix: '-process', extra: edge.process },
  { suffix: '-realtime', extra: edge.process | edge.realtime },
];

/** Whatever has a cycle of one of these has one of the class, too. */
const impliedBy: Readonly<Record<CycleBase, readonly CycleBase[]>> = {
  G0: ['G0'],
  G1c: ['G1c', 'G0'],
  'G-single': ['G-single'],
  'G-nonadjacent': ['G-nonadjacent', 'G-single'],
  'G2-item': ['G2-item', 'G-nonadjacent', 'G-single'],
};

/** `graph` has at least one cycle. */
export function classifyCycles(graph: Graph): FoundCycle[] {
  const all = dataEdges | edge.process | edge.realtime;
  const { part, originals } = partOf(graph, graph.components(all));
  const search = new CycleSearch(part);
  const found: FoundCycle[] = [];
  const bases = new Set<CycleBase>();
  for (const { suffix, extra } of suffixes) {
    const components = new Components(part, extra);
    for (const base of ['G0', 'G1c', 'G-single', 'G-nonadjacent', 'G2-item'] as const) {
      if (impliedBy[base].some((b) => bases.has(b))) continue;
      const cycle = search.shortest(components.shapeOf(base));
      if (cycle === null) continue;
      bases.add(base);
      const rows = cycle.rows.map((row) => originals[row] as number);
      found.push({ kind: `${base}${suffix}`, cycle: { rows, kinds: cycle.kinds } });
    }
  }
  return found;
}

/** The nodes on cycles and the edges among them: mostly a small part of all. */
function partOf(
  graph: Graph,
  component: Int32Array,
): { readonly part: Graph; readonly originals: readonly number[] } {
  const originals: number[] = [];
  const place = new Int32Array(graph.nodes).fill(-1);
  let rows = 0;
  for (let node = 0; node < graph.nodes; node++) {
    if (component[node] === -1) continue;
    place[node] = originals.length;
    originals.push(node);
    if (node < graph.rows) rows += 1;
  }
  const part = new Part(originals.length, rows, (link) => {
    originals.forEach((node, i) => {
      graph.each(node, 0xff, (to, kind) => {
        if (component[to] === component[node]) link(i, place[to] as number, kind);
      });
    });
  });
  return { part, originals };
}

/** Where cycles of each class can be, with the edges of an order on top of those of data. */
class Components {
  private readonly graph: Graph;
  private readonly extra: number;
  private apart: Int32Array | null = null;

  constructor(graph: Graph, extra: number) {
    this.graph = graph;
    this.extra = extra;
  }

  shapeOf(base: CycleBase): CycleShape {
    const { graph, extra } = this;
    const seen = edge.ww | edge.wr | extra;
    switch (base) {
      case 'G0': {
        const others = edge.ww | extra;
        return { first: edge.ww, others, isApart: false, component: graph.components(others) };
      }
      case 'G1c':
        return { first: edge.wr, others: seen, isApart: false, component: graph.components(seen) };
      case 'G-single':
        return { first: edge.rw, others: seen, isApart: false, component: this.snapshots() };
      case 'G-nonadjacent':
        return { first: edge.rw, others: seen, isApart: true, component: this.snapshots() };
      case 'G2-item': {
        const others = seen | edge.rw;
        return { first: edge.rw, others, isApart: false, component: graph.components(others) };
      }
    }
  }

  /** Nodes on cycles that snapshot isolation excludes, which may be few of a large component. */
  private snapshots(): Int32Array {
    if (this.apart !== null) return this.apart;
    const { graph, extra } = this;
    const mask = dataEdges | extra;
    const moments = snapshotGraph(graph, mask).components(mask);
    const component = graph.components(mask);
    for (let node = 0; node < graph.nodes; node++) {
      const isOn =
        node >= graph.rows
          ? moments[node + graph.rows] !== -1
          : moments[node * 2] !== -1 || moments[node * 2 + 1] !== -1;
      if (!isOn) component[node] = -1;
    }
    this.apart = component;
    return component;
  }
}
