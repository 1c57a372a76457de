/** Circuits as figures. */
import { type Metric, stateless } from '../../harness/core/metric.ts';

const states: readonly string[] = ['closed', 'half-open', 'open'];

export const circuit: Metric = {
  name: 'antlion_circuit_state',
  help: 'The circuit towards a service: 0 closed, 1 half open, 2 open.',
  type: 'gauge',
  labels: ['service'],
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'circuit'
      ? [{ value: states.indexOf(e.value.to), labels: { service: e.value.service } }]
      : [],
  ),
};
