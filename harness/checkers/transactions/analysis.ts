/** All that is known of the transactions of a history: their dependencies and what is wrong with them. */
import type { Anomaly } from './anomaly.ts';
import { classifyCycles, type FoundCycle } from './graph/classify.ts';
import type { Dependencies, Reason } from './dependencies.ts';
import { dataEdges, edge, Graph } from './graph/graph.ts';
import { bySeverity } from './levels.ts';
import { ListDependencies } from './lists/dependencies.ts';
import { Orders } from './graph/orders.ts';
import { RegisterDependencies } from './registers/dependencies.ts';
import type { Txns } from './table/txns.ts';
import { Words } from './words.ts';

export class Analysis {
  readonly txns: Txns;
  readonly dependencies: Dependencies;
  readonly graph: Graph;
  /** Of all nodes by all edges; fewer than all: there are cycles. */
  readonly order: Int32Array;
  /** What breaks the weakest levels first. */
  readonly anomalies: readonly Anomaly[];

  constructor(txns: Txns) {
    this.txns = txns;
    const dependencies = dependenciesOf(txns);
    const orders = new Orders(txns, dependencies.hasHappened);
    const moments = txns.count;
    const extras = moments + orders.moments;
    const graph = new Graph(extras + dependencies.extras, txns.count, (link) => {
      dependencies.link(extras, link);
      orders.linkSessions(link);
      orders.linkRealTime(moments, link);
    });
    this.dependencies = dependencies;
    this.graph = graph;
    this.order = graph.order(dataEdges | edge.process | edge.realtime);
    const cycles = this.order.length < graph.nodes ? classifyCycles(graph) : [];
    this.anomalies = bySeverity([
      ...dependencies.findings.all,
      ...cycles.map((c) => this.describe(c)),
    ]);
  }

  private describe({ kind, cycle }: FoundCycle): Anomaly {
    const { rows, kinds } = cycle;
    const reasons = rows.map((row, i) =>
      this.reason(row, rows[(i + 1) % rows.length] as number, kinds[i] as number),
    );
    return {
      kind,
      rows,
      sentences: reasons.map((r) => r.sentence),
      knownAt: Math.max(...reasons.map((r) => r.knownAt)),
    };
  }

  /** Why row `a` comes before row `b`, and since when that is known. */
  reason(a: number, b: number, kind: number): Reason {
    if ((kind & dataEdges) !== 0) return this.dependencies.reason(a, b, kind);
    const words = new Words(this.txns.table);
    // The other edges of the cycle say that both took effect.
    const knownAt = this.txns.table.call.at(b);
    const [from, to] = [words.name(a), words.name(b)];
    if (kind === edge.process)
      return { sentence: `${to} came after ${from} in its process.`, knownAt };
    return { sentence: `${from} had returned when ${to} was called.`, knownAt };
  }
}

function dependenciesOf(txns: Txns): Dependencies {
  return txns.table.kind === 'list-append'
    ? new ListDependencies(txns)
    : new RegisterDependencies(txns);
}
