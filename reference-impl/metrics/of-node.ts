/** What a node of the reference cluster tells at `GET /metrics`, beside what any node does. */
import type { Metric } from '../../harness/core/metric.ts';
import type { Mechanism } from '../mechanism.ts';
import { meterMetrics } from '../meter/metrics.ts';

export function metricsOfNode(all: readonly Mechanism[]): readonly Metric[] {
  const own = all.flatMap((m) => m.metrics ?? []).filter((m) => m.isOfRun !== true);
  return [...own, ...meterMetrics];
}
