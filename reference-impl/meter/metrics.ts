/** What coordination costs, by mechanism: of what was sent, where a story has it counted (`meterUs`). */
import { type Metric, type Sample, stateless } from '../../harness/core/metric.ts';
import type { Traffic } from './observations.ts';

function sum(of: 'messages' | 'bytes'): Metric['reader'] {
  return stateless((e): Sample[] => {
    if (e.type !== 'observe' || e.value.kind !== 'traffic') return [];
    const kinds: readonly Traffic[] = Object.values(e.value.sent);
    const value = kinds.reduce((n, traffic) => n + traffic[of], 0);
    return [{ value, labels: { mechanism: e.value.lane } }];
  });
}

const coordinationMessages: Metric = {
  name: 'antlion_coordination_messages_total',
  help: 'Messages that nodes sent, by the mechanism that sent them.',
  type: 'counter',
  labels: ['mechanism'],
  reader: sum('messages'),
};

const coordinationBytes: Metric = {
  name: 'antlion_coordination_bytes_total',
  help: 'Bytes of these messages as JSON.',
  type: 'counter',
  labels: ['mechanism'],
  reader: sum('bytes'),
};

export const meterMetrics: readonly Metric[] = [coordinationMessages, coordinationBytes];
