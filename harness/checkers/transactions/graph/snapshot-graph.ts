/**
 * Snapshot isolation as an order of moments: a transaction starts, which fixes what it sees, and later
 * commits. Row r starts at node 2r and commits at 2r+1. Whoever read or overwrote what another wrote
 * started after that one had committed; whoever did not see what another wrote started before that one
 * committed. Such an order exists exactly when no cycle is without two anti-dependencies in a row (Cerone
 * & Gotsman, "Analysing snapshot isolation", 2018, theorem 9).
 *
 * Prefix consistency is the same without the rule for those who overwrite: the first has to commit before
 * the second commits, that is all.
 */
import { edge, type Graph, Graph as Moments } from './graph.ts';

/** With the edges in `mask`; `areApart`: of two that write a key one starts after the other. Extra nodes of `graph` come after all starts and commits. */
export function snapshotGraph(graph: Graph, mask: number, areApart = true): Graph {
  const { rows, nodes } = graph;
  return new Moments(nodes + rows, nodes + rows, (link) => {
    for (let node = 0; node < nodes; node++) {
      if (node < rows) link(node * 2, node * 2 + 1, mask);
      graph.each(node, mask, (to, kind) => {
        const isMissed = kind === edge.rw;
        const from = node >= rows ? node + rows : node * 2 + (isMissed ? 0 : 1);
        const isCommit = isMissed || (kind === edge.ww && !areApart);
        link(from, to >= rows ? to + rows : to * 2 + (isCommit ? 1 : 0), kind);
      });
    }
  });
}
