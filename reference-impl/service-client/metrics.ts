/** Calls as figures. */
import { type Metric, stateless } from '../../harness/core/metric.ts';

export const calls: Metric = {
  name: 'antlion_calls_total',
  help: 'Calls of services by how they ended; refused: the circuit or the mode let none out.',
  type: 'counter',
  labels: ['service', 'outcome'],
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'routed'
      ? [{ value: 1, labels: { service: e.value.service, outcome: e.value.outcome } }]
      : [],
  ),
};
