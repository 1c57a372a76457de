/** Dependency graphs of transactions in flat arrays: strongly connected components, shortest cycles. */

/** What makes one transaction come before another. Bits, so that sets of them are cheap. */
export const edge = { ww: 1, wr: 2, rw: 4, process: 8, realtime: 16 } as const;

/** Nodes are 0…n-1. Built once, then read. */
export class Graph {
  readonly nodes: number;
  private from = new Int32Array(1 << 10);
  private to = new Int32Array(1 << 10);
  private kind = new Uint8Array(1 << 10);
  private edges = 0;
  private offsets = new Int32Array(0);
  private targets = new Int32Array(0);
  private kinds = new Uint8Array(0);

  constructor(nodes: number) {
    this.nodes = nodes;
  }

  /** An edge to oneself says nothing and is left out. */
  add(from: number, to: number, kind: number): void {
    if (from === to) return;
    if (this.edges === this.from.length) {
      this.from = larger(this.from, new Int32Array(this.edges * 2));
      this.to = larger(this.to, new Int32Array(this.edges * 2));
      this.kind = larger(this.kind, new Uint8Array(this.edges * 2));
    }
    this.from[this.edges] = from;
    this.to[this.edges] = to;
    this.kind[this.edges] = kind;
    this.edges += 1;
  }

  /** Sorts the edges by their origin; to be called once after the last `add`. */
  freeze(): void {
    this.offsets = new Int32Array(this.nodes + 1);
    for (let e = 0; e < this.edges; e++) {
      const f = this.from[e] as number;
      this.offsets[f + 1] = (this.offsets[f + 1] as number) + 1;
    }
    for (let i = 0; i < this.nodes; i++) {
      this.offsets[i + 1] = (this.offsets[i + 1] as number) + (this.offsets[i] as number);
    }
    const at = this.offsets.slice();
    this.targets = new Int32Array(this.edges);
    this.kinds = new Uint8Array(this.edges);
    for (let e = 0; e < this.edges; e++) {
      const f = this.from[e] as number;
      const place = at[f] as number;
      at[f] = place + 1;
      this.targets[place] = this.to[e] as number;
      this.kinds[place] = this.kind[e] as number;
    }
  }

  /** Calls `visit` with each edge from `node` whose kind is in `mask`. */
  each(node: number, mask: number, visit: (to: number, kind: number) => void): void {
    const end = this.offsets[node + 1] as number;
    for (let e = this.offsets[node] as number; e < end; e++) {
      const kind = this.kinds[e] as number;
      if ((kind & mask) !== 0) visit(this.targets[e] as number, kind);
    }
  }

  /** Components of more than one node, by edges in `mask` (Tarjan 1972, without recursion). */
  cycles(mask: number): number[][] {
    const { nodes, offsets, targets, kinds } = this;
    const index = new Int32Array(nodes).fill(-1);
    const low = new Int32Array(nodes);
    const isOpen = new Uint8Array(nodes);
    const cursor = offsets.slice(0, nodes);
    const path: number[] = [];
    const open: number[] = [];
    const found: number[][] = [];
    let next = 0;
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
        const end = offsets[v + 1] as number;
        for (let e = cursor[v] as number; e < end && child < 0; e++) {
          cursor[v] = e + 1;
          const w = targets[e] as number;
          if (((kinds[e] as number) & mask) === 0) continue;
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
        if (low[v] === index[v]) collect(v, open, isOpen, found);
      }
    }
    return found;
  }

  /**
   * The shortest way from `from` to `to` along edges in `mask`, as nodes with both ends, staying among
   * `within`. Null: there is none.
   */
  way(from: number, to: number, mask: number, within: ReadonlySet<number>): number[] | null {
    const before = new Map<number, number>([[from, -1]]);
    const queue = [from];
    for (let i = 0; i < queue.length; i++) {
      const v = queue[i] as number;
      if (v === to && i > 0) break;
      this.each(v, mask, (w) => {
        if (before.has(w) || !within.has(w)) return;
        before.set(w, v);
        queue.push(w);
      });
    }
    if (!before.has(to)) return null;
    const way: number[] = [];
    for (let v = to; v !== -1; v = before.get(v) ?? -1) way.push(v);
    return way.reverse();
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

function larger<A extends Int32Array<ArrayBuffer> | Uint8Array<ArrayBuffer>>(old: A, fresh: A): A {
  fresh.set(old);
  return fresh;
}

function collect(v: number, open: number[], isOpen: Uint8Array, found: number[][]): void {
  const members: number[] = [];
  for (;;) {
    const w = open.pop() as number;
    isOpen[w] = 0;
    members.push(w);
    if (w === v) break;
  }
  if (members.length > 1) found.push(members);
}
