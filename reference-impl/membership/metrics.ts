/** What nodes believe of each other, and how soon they notice a crash. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Metric, MetricReader } from '../../harness/core/metric.ts';
import type { MemberStatus } from './observations.ts';

const statuses: readonly MemberStatus[] = ['alive', 'suspect', 'dead', 'left'];

export const members: Metric = {
  name: 'antlion_members',
  help: 'Members by what this node takes them for.',
  type: 'gauge',
  labels: ['status'],
  reader(): MetricReader {
    const tables = new Map<NodeId, Map<NodeId, MemberStatus>>();
    return (e) => {
      if (e.type !== 'observe' || e.value.kind !== 'members') return [];
      const table = tables.get(e.node) ?? new Map<NodeId, MemberStatus>();
      tables.set(e.node, table);
      for (const { member, status } of e.value.news) table.set(member, status);
      const all = [...table.values()];
      return statuses.map((status) => ({
        value: all.filter((s) => s === status).length,
        labels: { status },
      }));
    };
  },
};

/** One sample for each node that notices; none of those that were told only after it was back. */
export const detectionSeconds: Metric = {
  name: 'antlion_failure_detection_seconds',
  help: 'From the crash of a node to the moment at which another takes it for dead.',
  type: 'histogram',
  buckets: [0.1, 0.2, 0.5, 1, 2, 5, 10, 30, 60],
  isOfRun: true,
  reader(): MetricReader {
    const crashed = new Map<NodeId, { readonly atUs: number; readonly by: Set<NodeId> }>();
    return (e) => {
      if (e.type === 'node') {
        if (e.change === 'started') crashed.delete(e.node);
        else crashed.set(e.node, { atUs: e.timeUs, by: new Set() });
        return [];
      }
      if (e.type !== 'observe' || e.value.kind !== 'members') return [];
      return e.value.news.flatMap(({ member, status }) => {
        const crash = crashed.get(member);
        if (status !== 'dead' || crash === undefined || crash.by.has(e.node)) return [];
        crash.by.add(e.node);
        return [{ value: (e.timeUs - crash.atUs) / 1e6 }];
      });
    };
  },
};
