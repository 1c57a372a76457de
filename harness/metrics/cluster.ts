/** What happens to the nodes of any system: faults, ends of processes, who leads. */
import { type Metric, type MetricReader, stateless } from '../core/metric.ts';

export const faults: Metric = {
  name: 'antlion_faults_total',
  help: 'Faults by kind, as they began, took effect and ended.',
  type: 'counter',
  labels: ['kind', 'phase'],
  reader: stateless((e) =>
    e.type === 'fault' ? [{ value: 1, labels: { kind: e.kind, phase: e.phase } }] : [],
  ),
};

export const nodeChanges: Metric = {
  name: 'antlion_node_changes_total',
  help: 'Processes that started, stopped, crashed or ended by themselves.',
  type: 'counter',
  labels: ['change'],
  reader: stateless((e) => (e.type === 'node' ? [{ value: 1, labels: { change: e.change } }] : [])),
};

export const leaderChanges: Metric = {
  name: 'antlion_leader_changes_total',
  help: 'Times that a node came to lead.',
  type: 'counter',
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'role' && e.value.role === 'leader'
      ? [{ value: 1 }]
      : [],
  ),
};

/** Gone to 0 when it says that it leads no more; the same term at two nodes is what must never be. */
export const leadingTerm: Metric = {
  name: 'antlion_leading_term',
  help: 'The term in which this node leads; 0: it does not.',
  type: 'gauge',
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'role'
      ? [{ value: e.value.role === 'leader' ? e.value.term : 0 }]
      : [],
  ),
};

export const term: Metric = {
  name: 'antlion_term',
  help: 'The newest term in which a node said what its role is.',
  type: 'gauge',
  reader(): MetricReader {
    let newest = 0;
    return (e) => {
      if (e.type !== 'observe' || e.value.kind !== 'role') return [];
      newest = Math.max(newest, e.value.term);
      return [{ value: newest }];
    };
  },
};
