/** Dependency graphs against obvious twins: orders, components, snapshots, shortest cycles. */
import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { CycleSearch } from '../../harness/checkers/transactions/graph/cycles.ts';
import { dataEdges, edge, Graph } from '../../harness/checkers/transactions/graph/graph.ts';
import { snapshotGraph } from '../../harness/checkers/transactions/graph/snapshot-graph.ts';
import { Prng } from '../../harness/core/prng.ts';

interface Edge {
  readonly from: number;
  readonly to: number;
  readonly kind: number;
}

/** Some rows, and two nodes that stand for none: one passes rw on, one an order in real time. */
function randomEdges(draw: Prng): { rows: number; edges: Edge[] } {
  const rows = draw.between(2, 6);
  const edges: Edge[] = [];
  for (let i = draw.between(1, 12); i > 0; i--) {
    const kind = draw.pick([edge.ww, edge.wr, edge.rw, edge.rw, edge.process]);
    edges.push({ from: draw.below(rows), to: draw.below(rows), kind });
  }
  for (const [node, kind] of [
    [rows, edge.rw],
    [rows + 1, edge.realtime],
  ] as const) {
    // Nobody comes before itself.
    const border = draw.between(1, rows - 1);
    for (let i = draw.below(4); i > 0; i--)
      edges.push({ from: draw.below(border), to: node, kind });
    for (let i = draw.below(4); i > 0; i--) {
      edges.push({ from: node, to: draw.between(border, rows - 1), kind });
    }
  }
  return { rows, edges };
}

function graphOf({ rows, edges }: ReturnType<typeof randomEdges>): Graph {
  return new Graph(rows + 2, rows, (link) => {
    for (const { from, to, kind } of edges) link(from, to, kind);
  });
}

/** Edges between rows: what leads through a node that is none has the kind with which it began. */
function plain({ rows, edges }: ReturnType<typeof randomEdges>): Edge[] {
  return edges
    .filter((e) => e.from < rows)
    .flatMap((e) =>
      e.to < rows ? [e] : edges.filter((n) => n.from === e.to).map((n) => ({ ...e, to: n.to })),
    )
    .filter((e) => e.from !== e.to);
}

/** All ways around that come to no row twice, as their edges. */
function cyclesOf(edges: readonly Edge[]): Edge[][] {
  const cycles: Edge[][] = [];
  const walk = (way: Edge[]): void => {
    const last = way.at(-1) as Edge;
    if (last.to === way[0]?.from) cycles.push(way);
    else if (!way.some((e) => e.from === last.to)) {
      for (const e of edges) if (e.from === last.to) walk([...way, e]);
    }
  };
  for (const e of edges) walk([e]);
  return cycles;
}

const orders = edge.process | edge.realtime;
const shapes = [
  { name: 'G0', first: edge.ww, others: edge.ww | orders, isApart: false },
  { name: 'G1c', first: edge.wr, others: edge.ww | edge.wr | orders, isApart: false },
  { name: 'G-single', first: edge.rw, others: edge.ww | edge.wr | orders, isApart: false },
  { name: 'G-nonadjacent', first: edge.rw, others: edge.ww | edge.wr | orders, isApart: true },
  { name: 'G2-item', first: edge.rw, others: dataEdges | orders, isApart: false },
] as const;

function hasShape(cycle: readonly Edge[], shape: (typeof shapes)[number]): boolean {
  const [head, ...rest] = cycle.map((e) => e.kind);
  if (head !== shape.first) return false;
  if (!shape.isApart) return rest.every((kind) => (kind & shape.others) !== 0);
  const isApart = cycle.every(
    (e, i) => e.kind !== edge.rw || cycle[(i + 1) % cycle.length]?.kind !== edge.rw,
  );
  return isApart && rest.every((kind) => (kind & (shape.others | shape.first)) !== 0);
}

describe('dependency graphs', () => {
  it('put nodes in order, or tell which are on cycles, as looking at every way does', () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const random = randomEdges(new Prng(seed));
      const graph = graphOf(random);
      const all = dataEdges | orders;
      const order = graph.order(all);
      const place = new Map([...order].map((node, i) => [node, i]));
      const cycles = cyclesOf(random.edges.filter((e) => e.from !== e.to));
      assert.equal(order.length === graph.nodes, cycles.length === 0, `seed ${seed}`);
      for (const { from, to } of random.edges) {
        const [a, b] = [place.get(from), place.get(to)];
        if (a !== undefined && b !== undefined && from !== to) assert.ok(a < b, `seed ${seed}`);
      }
      const component = graph.components(all);
      for (let node = 0; node < graph.nodes; node++) {
        const isOn = cycles.some((c) => c.some((e) => e.from === node));
        assert.equal(component[node] !== -1, isOn, `seed ${seed}, node ${node}`);
      }
    }
  });

  it('are a run of snapshots exactly when no cycle keeps its anti-dependencies apart', () => {
    for (let seed = 0; seed < 2_000; seed++) {
      const random = randomEdges(new Prng(seed));
      const graph = graphOf(random);
      const moments = snapshotGraph(graph, dataEdges);
      const isRun = moments.order(dataEdges).length === moments.nodes;
      const edges = plain(random).filter((e) => (e.kind & dataEdges) !== 0);
      const hasCycle = cyclesOf(edges).some((c) =>
        c.every((e, i) => e.kind !== edge.rw || c[(i + 1) % c.length]?.kind !== edge.rw),
      );
      assert.equal(isRun, !hasCycle, `seed ${seed}`);
    }
  });

  for (const shape of shapes) {
    it(`have no shorter ${shape.name} than the one that is found`, () => {
      let found = 0;
      for (let seed = 0; seed < 3_000; seed++) {
        const random = randomEdges(new Prng(seed));
        const graph = graphOf(random);
        const component = graph.components(dataEdges | orders);
        const cycle = new CycleSearch(graph).shortest({ ...shape, component });
        const edges = plain(random);
        const lengths = cyclesOf(edges)
          .filter((c) => hasShape(c, shape))
          .map((c) => c.length);
        if (cycle === null) {
          assert.equal(lengths.length, 0, `seed ${seed}`);
          continue;
        }
        found += 1;
        // A way that keeps rw apart may come to a row twice; then it is no longer than any other.
        const { rows, kinds } = cycle;
        assert.ok(rows.length <= Math.min(...lengths), `seed ${seed}`);
        if (!shape.isApart) assert.equal(rows.length, Math.min(...lengths), `seed ${seed}`);
        const way = rows.map((from, i): Edge => {
          return { from, to: rows[(i + 1) % rows.length] as number, kind: kinds[i] as number };
        });
        assert.ok(hasShape(way, shape), `seed ${seed}`);
        for (const { from, to, kind } of way) {
          const isThere = edges.some((e) => e.from === from && e.to === to && e.kind === kind);
          assert.ok(isThere, `seed ${seed}`);
        }
      }
      assert.ok(found > 100, `${found} found`);
    });
  }
});
