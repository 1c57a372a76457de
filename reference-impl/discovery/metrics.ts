/** How soon callers know who is there. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Metric, MetricReader, Sample } from '../../harness/core/metric.ts';

interface Change {
  readonly atUs: number;
  readonly isThere: boolean;
}

/**
 * From a change of the registry, as its leader tells it, to the moment at which a caller's list has it: one
 * sample for each caller. A caller that started later counts from its start; of one that never heard
 * of it, or heard of the next change first, there is none.
 */
export const discoverySeconds: Metric = {
  name: 'antlion_discovery_seconds',
  help: 'From a registration, or the end of one, to the list of a caller that has it.',
  type: 'histogram',
  labels: ['change'],
  buckets: [0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5, 1, 2, 5, 10, 30],
  isOfRun: true,
  isBySize: true,
  reader(): MetricReader {
    /** By service and instance: its last change. */
    const changes = new Map<string, Change>();
    const started = new Map<NodeId, number>();
    const sampleOf = (by: NodeId, at: string, isThere: boolean, nowUs: number): Sample[] => {
      const change = changes.get(at);
      if (change === undefined || change.isThere !== isThere) return [];
      const fromUs = Math.max(change.atUs, started.get(by) ?? 0);
      const labels = { change: isThere ? 'added' : 'removed' };
      return [{ value: Math.max(0, nowUs - fromUs) / 1e6, labels }];
    };
    return (e) => {
      if (e.type === 'node' && e.change === 'started') started.set(e.node, e.timeUs);
      if (e.type !== 'observe') return [];
      if (e.value.kind === 'lease' && e.value.change !== 'renewed') {
        const { service, instance, change } = e.value;
        changes.set(`${service} ${instance}`, {
          atUs: e.timeUs,
          isThere: change === 'registered',
        });
      }
      if (e.value.kind !== 'discovered') return [];
      const { service, added, removed } = e.value;
      return [
        ...added.flatMap((i) => sampleOf(e.node, `${service} ${i}`, true, e.timeUs)),
        ...removed.flatMap((i) => sampleOf(e.node, `${service} ${i}`, false, e.timeUs)),
      ];
    };
  },
};
