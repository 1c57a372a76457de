/**
 * Dependency graphs of transactions in flat arrays. Nodes below `rows` are transactions; those above
 * stand for no transaction but pass an edge on from several to several: its kind is that of the edge
 * which led there, and whoever came there may leave.
 */

/**
 * What makes one transaction come before another. Bits, so that sets of them are cheap. `seen`: both wrote
 * a key, and somebody who saw the first read what the second wrote.
 */
export const edge = { ww: 1, wr: 2, rw: 4, process: 8, realtime: 16, seen: 32 } as const;

/** Edges that come of data. */
export const dataEdges = edge.ww | edge.wr | edge.rw;

export type Link = (from: number, to: number, kind: number) => void;

export class Graph {
  readonly nodes: number;
  readonly rows: number;
  private readonly offsets: Int32Array;
  private readonly targets: Int32Array;
  private readonly kinds: Uint8Array;

  /**
   * `edges` is asked twice, to count and then to fill, and must give the same both times. An edge to
   * oneself says nothing and is left out.
   */
  constructor(nodes: number, rows: number, edges: (link: Link) => void) {
    this.nodes = nodes;
    this.rows = rows;
    const offsets = new Int32Array(nodes + 1);
    edges((from, to) => {
      if (from !== to) offsets[from + 1] = (offsets[from + 1] as number) + 1;
    });
    for (let i = 0; i < nodes; i++) {
      offsets[i + 1] = (offsets[i + 1] as number) + (offsets[i] as number);
    }
    const targets = new Int32Array(offsets[nodes] as number);
    const kinds = new Uint8Array(targets.length);
    const place = offsets.slice(0, nodes);
    edges((from, to, kind) => {
      if (from === to) return;
      const at = place[from] as number;
      place[from] = at + 1;
      targets[at] = to;
      kinds[at] = kind;
    });
    this.offsets = offsets;
    this.targets = targets;
    this.kinds = kinds;
  }

  /** Calls `visit` with each edge from `node` that may be taken with `mask`. */
  each(node: number, mask: number, visit: (to: number, kind: number) => void): void {
    const all = node < this.rows ? mask : 0xff;
    const end = this.offsets[node + 1] as number;
    for (let e = this.offsets[node] as number; e < end; e++) {
      const kind = this.kinds[e] as number;
      if ((kind & all) !== 0) visit(this.targets[e] as number, kind);
    }
  }

  /**
   * Nodes in an order in which no edge in `mask` goes back (Kahn 1962). Fewer than all: the rest lies
   * on cycles or behind them.
   */
  order(mask: number): Int32Array {
    const { nodes, offsets, targets, kinds, rows } = this;
    const before = new Int32Array(nodes);
    for (let v = 0; v < nodes; v++) {
      const all = v < rows ? mask : 0xff;
      const end = offsets[v + 1] as number;
      for (let e = offsets[v] as number; e < end; e++) {
        if (((kinds[e] as number) & all) === 0) continue;
        const w = targets[e] as number;
        before[w] = (before[w] as number) + 1;
      }
    }
    const order = new Int32Array(nodes);
    let placed = 0;
    for (let v = 0; v < nodes; v++) if (before[v] === 0) order[placed++] = v;
    for (let i = 0; i < placed; i++) {
      const v = order[i] as number;
      const all = v < rows ? mask : 0xff;
      const end = offsets[v + 1] as number;
      for (let e = offsets[v] as number; e < end; e++) {
        if (((kinds[e] as number) & all) === 0) continue;
        const w = targets[e] as number;
        const left = (before[w] as number) - 1;
        before[w] = left;
        if (left === 0) order[placed++] = w;
      }
    }
    return order.subarray(0, placed);
  }

  /**
   * By node: the number of its strongly connected component of more than one node along edges in
   * `mask`; -1: it is on no cycle (Tarjan 1972, without recursion).
   */
  components(mask: number): Int32Array {
    const { nodes, rows, offsets, targets, kinds } = this;
    const index = new Int32Array(nodes).fill(-1);
    const low = new Int32Array(nodes);
    const component = new Int32Array(nodes).fill(-1);
    const isOpen = new Uint8Array(nodes);
    const cursor = offsets.slice(0, nodes);
    const path: number[] = [];
    const open: number[] = [];
    let [next, found] = [0, 0];
    for (let root = 0; root < nodes; root++) {
      if (index[root] !== -1) continue;
      path.push(root);
      while (path.length > 0) {
        const v = path[path.length - 1] as number;
        if (index[v] === -1) {
          index[v] = low[v] = next++;
          open.push(v);
          isOpen[v] = 1;
        }
        let child = -1;
        const all = v < rows ? mask : 0xff;
        const end = offsets[v + 1] as number;
        for (let e = cursor[v] as number; e < end && child < 0; e++) {
          cursor[v] = e + 1;
          const w = targets[e] as number;
          if (((kinds[e] as number) & all) === 0) continue;
          if (index[w] === -1) child = w;
          else if (isOpen[w] === 1) low[v] = Math.min(low[v] as number, index[w] as number);
        }
        if (child >= 0) {
          path.push(child);
          continue;
        }
        path.pop();
        const parent = path[path.length - 1];
        if (parent !== undefined) low[parent] = Math.min(low[parent] as number, low[v] as number);
        if (low[v] === index[v]) found += closeComponent(v, found, open, isOpen, component);
      }
    }
    return component;
  }

  /** All kinds of edges from one node to another. */
  kindsBetween(from: number, to: number): number {
    let all = 0;
    this.each(from, 0xff, (w, kind) => {
      if (w === to) all |= kind;
    });
    return all;
  }
}

/** Takes the component of `v` off the open nodes. 1 if it has more than one node. */
function closeComponent(
  v: number,
  number: number,
  open: number[],
  isOpen: Uint8Array,
  component: Int32Array,
): 0 | 1 {
  const isAlone = open[open.length - 1] === v;
  for (;;) {
    const w = open.pop() as number;
    isOpen[w] = 0;
    if (!isAlone) component[w] = number;
    if (w === v) return isAlone ? 0 : 1;
  }
}
