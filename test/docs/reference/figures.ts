/** `figures.md`: every metric of runs and nodes, from the manifests. */
import { unitOf } from '../../../harness/metrics/analysis.ts';
import { nodeMetrics, runMetrics } from '../../../harness/metrics/catalog.ts';
import type { Metric } from '../../../harness/core/metric.ts';
import { mechanisms } from '../../../reference-impl/mechanisms.ts';
import { reference } from '../../../reference-impl/system.ts';
import { code, codes, note, type Page, table } from './markdown.ts';

/** What people ask for, and which metric answers it. */
const questions = [
  ['discovery latency', 'antlion_discovery_seconds'],
  ['drift', 'antlion_config_lag_seconds'],
  ['convergence', 'antlion_config_convergence_seconds'],
  ['stragglers', 'antlion_config_stragglers'],
  ['failure detection', 'antlion_failure_detection_seconds'],
  ['failover time', 'antlion_failover_seconds'],
  ['unavailability windows', 'antlion_unavailable_seconds'],
  ['breaker effectiveness', 'antlion_breaker_saved_ratio'],
  ['coordination overhead: messages', 'antlion_coordination_messages_total'],
  ['coordination overhead: bytes', 'antlion_coordination_bytes_total'],
] as const;

export const figuresPage: Page = {
  file: 'figures.md',
  text() {
    const own = (reference.metrics ?? []).filter((m) => !runMetrics.includes(m));
    const known = new Set([...runMetrics, ...own].map((m) => m.name));
    for (const [, name] of questions) if (!known.has(name)) throw new Error(`no metric ${name}`);
    return [
      '# Figures',
      note,
      'One definition serves everything: `antlion analyse` (percentiles and totals of one or many runs), `antlion verify` (below each verdict), `antlion run --metrics` (a file for Prometheus), and `GET /metrics` of a node of the reference cluster.',
      '```sh\nnpx antlion analyse instance-crash config-changes --runs 20\nnpx antlion analyse TOKEN --json\nnpx antlion analyse histories/*.jsonl --csv figures.csv\n```',
      'Scenarios and tokens are run in simulation, where everything can be measured. A history of `--history` tells what clients, faults and leaders did; what nodes say of themselves is not in it. Percentiles are exact, by nearest rank: each is one of the samples, so the P99.9 of fewer than a thousand samples is the greatest. A window that had not ended with the run is no sample.',
      '## What answers which question',
      table(
        ['question', 'metric'],
        questions.map(([q, name]) => [q, code(name)]),
      ),
      '## Of any system',
      metricsTable(runMetrics),
      '## Of the reference cluster',
      'Those of a run need the words of several nodes, so no node tells them at `GET /metrics`. Coordination is counted where a story asks for it (`extra: { meterUs }`), which `analyse` does by itself.',
      metricsTable(own),
      `Mechanisms that have metrics: ${codes(mechanisms.filter((m) => (m.metrics ?? []).length > 0).map((m) => m.id))}. One of your own: [Metrics](../guides/metric.md).`,
    ].join('\n\n');
  },
};

function metricsTable(metrics: readonly Metric[]): string {
  return table(
    ['metric', 'what it is', 'unit', 'type', 'labels', 'told by'],
    metrics.map((m) => [
      code(m.name),
      m.help,
      unitOf(m.name) === '' ? 'number' : unitOf(m.name),
      m.type,
      codes(m.labels ?? []),
      isOfNode(m) ? 'a run, a node' : 'a run',
    ]),
  );
}

const isOfNode = (m: Metric): boolean =>
  m.isOfRun !== true && (nodeMetrics.includes(m) || !runMetrics.includes(m));
