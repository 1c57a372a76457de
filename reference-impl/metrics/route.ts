/** `GET /metrics`: Prometheus text of what this node observed since it started. */
import { MetricBook } from '../../harness/metrics/book.ts';
import { nodeMetrics } from '../../harness/metrics/catalog.ts';
import type { HttpApi } from '../../harness/host/node-http.ts';
import type { NodeHandle } from '../../harness/host/node.ts';
import type { Mechanism } from '../mechanism.ts';
import { metricsOfNode } from './of-node.ts';

/** Whoever scrapes knows which node it is: samples have no label for it. */
export function metricsRoute(node: NodeHandle, all: readonly Mechanism[]): HttpApi {
  const book = new MetricBook([...nodeMetrics, ...metricsOfNode(all)]);
  node.onObserve(book.follow(() => ({})));
  return (app) => {
    app.get('/metrics', async (c) => {
      c.header('content-type', MetricBook.contentType);
      return c.body(await book.text());
    });
  };
}
