/** The node's mode as figures. */
import { type Metric, stateless } from '../../harness/core/metric.ts';

/** 0 target, 1 degraded, 2 floor, 3 recovery: worse is more, but for the way back. */
const order: readonly string[] = ['target', 'degraded', 'floor', 'recovery'];

export const mode: Metric = {
  name: 'antlion_mode',
  help: 'The mode of the node: 0 target, 1 degraded, 2 floor, 3 recovery.',
  type: 'gauge',
  reader: stateless((e) =>
    e.type === 'observe' && e.value.kind === 'mode' ? [{ value: order.indexOf(e.value.to) }] : [],
  ),
};
