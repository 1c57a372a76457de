/** Short cycles in dependency graphs, by breadth-first search from every node that may begin one. */
import { edge, type Graph } from './graph.ts';

export interface Cycle {
  /** Rows; the first one not repeated. */
  readonly rows: readonly number[];
  /** Of the edge from each row to the next. */
  readonly kinds: readonly number[];
}

export interface CycleShape {
  /** One edge of the cycle is of this kind. */
  readonly first: number;
  /** The others are of these. */
  readonly others: number;
  /** No two edges of the first kind follow one another, not even around the end. */
  readonly isApart: boolean;
  /** By node: its component; -1: on no such cycle. Cycles stay within a component. */
  readonly component: Int32Array;
}

/** Edges looked at once a cycle is known, while looking for a shorter one. */
const edgesMax = 20_000_000;

export class CycleSearch {
  private readonly graph: Graph;
  /** States are nodes and whether an edge of the first kind led there; by state, of this search. */
  private readonly distance: Int32Array;
  private readonly search: Int32Array;
  private readonly parent: Int32Array;
  private searches = 0;
  private edges = 0;

  constructor(graph: Graph) {
    this.graph = graph;
    this.distance = new Int32Array(graph.nodes * 2);
    this.search = new Int32Array(graph.nodes * 2);
    this.parent = new Int32Array(graph.nodes * 2);
  }

  /** The shortest, or the shortest that was found in time; null: there is none. */
  shortest(shape: CycleShape): Cycle | null {
    let best: number[] | null = null;
    let length = Infinity;
    this.edges = 0;
    for (let row = 0; row < this.graph.rows && length > 2; row++) {
      if (shape.component[row] === -1) continue;
      if (best !== null && this.edges > edgesMax) break;
      const found = this.around(row, shape, length);
      if (found === null) continue;
      best = found;
      length = found.filter((node) => node < this.graph.rows).length;
    }
    return best === null ? null : this.told(best, shape);
  }

  /** The shortest cycle through `row`, as nodes, if it has fewer than `limit` edges. */
  private around(row: number, shape: CycleShape, limit: number): number[] | null {
    const { graph } = this;
    this.searches += 1;
    let layer: number[] = [];
    let later: number[] = [];
    let goal = -1;
    /** Edges out of `state`, which is `d` edges from the beginning. */
    const expand = (state: number, d: number, mask: number): void => {
      const node = state >> 1;
      const cost = node < graph.rows ? d + 1 : d;
      graph.each(node, mask, (to, kind) => {
        this.edges += 1;
        if (shape.component[to] !== shape.component[row]) return;
        // An extra node passes on the edge that led to it.
        const isFirst = node < graph.rows ? (kind & shape.first) !== 0 : (state & 1) === 1;
        const next = to * 2 + (shape.isApart && isFirst ? 1 : 0);
        if (to === row && shape.isApart && isFirst) return;
        if (this.search[next] === this.searches && (this.distance[next] as number) <= cost) return;
        this.search[next] = this.searches;
        this.distance[next] = cost;
        this.parent[next] = state;
        if (to === row) goal = next;
        else (cost === d ? layer : later).push(next);
      });
    };
    const root = row * 2;
    expand(root, 0, shape.first);
    for (let d = 1; d < limit; d++) {
      [layer, later] = [later, []];
      if (goal !== -1 && (this.distance[goal] as number) <= d) return this.back(root, goal);
      if (layer.length === 0) return null;
      if (d + 1 >= limit && goal === -1) {
        // Only what costs nothing may still lead home in time.
        layer = layer.filter((state) => state >> 1 >= graph.rows);
      }
      for (let i = 0; i < layer.length; i++) {
        const state = layer[i] as number;
        if (this.distance[state] !== d) continue;
        const isBarred = shape.isApart && (state & 1) === 1;
        const all = shape.others | (shape.isApart ? shape.first : 0);
        expand(state, d, isBarred ? all & ~shape.first : all);
      }
      if (goal !== -1 && (this.distance[goal] as number) <= d) return this.back(root, goal);
    }
    return null;
  }

  private back(root: number, goal: number): number[] {
    const nodes: number[] = [];
    for (let state = this.parent[goal] as number; state !== root;) {
      nodes.push(state >> 1);
      state = this.parent[state] as number;
    }
    nodes.push(root >> 1);
    return nodes.reverse();
  }

  /** Leaves out the nodes that are no transactions; of several kinds of an edge takes the plainest. */
  private told(nodes: readonly number[], shape: CycleShape): Cycle {
    const rows: number[] = [];
    const kinds: number[] = [];
    nodes.forEach((node, i) => {
      if (node >= this.graph.rows) return;
      const to = nodes[(i + 1) % nodes.length] as number;
      const all = this.graph.kindsBetween(node, to);
      const isPlain = (all & shape.others & ~shape.first) !== 0;
      const allowed = i === 0 ? shape.first : isPlain ? shape.others : shape.others | shape.first;
      rows.push(node);
      kinds.push(plainest(all & allowed));
    });
    return { rows, kinds };
  }
}

/** Of several reasons the one that says most. */
function plainest(kinds: number): number {
  const order = [edge.ww, edge.wr, edge.rw, edge.process, edge.realtime];
  return order.find((k) => (kinds & k) !== 0) ?? kinds;
}
