/** How operations end, and how long they take. */
import { isOperation } from '../core/history.ts';
import { type Metric, type MetricReader, type Sample, stateless } from '../core/metric.ts';

export const operations: Metric = {
  name: 'antlion_operations_total',
  help: 'Operations of clients by how they ended; info: nobody knows. Requests of loads are among them.',
  type: 'counter',
  labels: ['f', 'type'],
  reader: stateless((e) => {
    if (e.type === 'load') {
      return (['ok', 'fail', 'info'] as const).map((type): Sample => {
        return { value: e[type], labels: { f: e.f, type } };
      });
    }
    if (!isOperation(e) || e.type === 'invoke') return [];
    return [{ value: 1, labels: { f: e.f, type: e.type } }];
  }),
};

export const operationSeconds: Metric = {
  name: 'antlion_operation_duration_seconds',
  help: 'From the call of an operation to its ok.',
  type: 'histogram',
  labels: ['f'],
  buckets: [0.001, 0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5],
  reader(): MetricReader {
    const called = new Map<number, number>();
    return (e) => {
      if (!isOperation(e)) return [];
      if (e.type === 'invoke') {
        called.set(e.op, e.timeUs);
        return [];
      }
      const atUs = called.get(e.op);
      called.delete(e.op);
      if (e.type !== 'ok' || atUs === undefined) return [];
      return [{ value: (e.timeUs - atUs) / 1e6, labels: { f: e.f } }];
    };
  },
};
