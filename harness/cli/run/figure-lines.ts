/** Figures of runs as people read them: a line for each metric that has something to say. */
import { formatDuration } from '../../core/duration.ts';
import type { Figure } from '../../core/metric.ts';
import { failoverSeconds } from '../../metrics/failover.ts';
import { lookupStalenessSeconds } from '../../metrics/lookup-staleness.ts';
import { operationSeconds } from '../../metrics/operations.ts';
import { readStalenessSeconds } from '../../metrics/read-staleness.ts';
import { unavailableSeconds } from '../../metrics/unavailability.ts';
import { count, plural } from '../../report/terminal.ts';

export function figureLines(figures: readonly Figure[]): string[] {
  const of = (metric: string): readonly Figure[] => figures.filter((f) => f.metric === metric);
  const latencies = of(operationSeconds.name).map(
    ({ labels, p50, p99, max }) => `${labels['f'] ?? ''} ${[p50, p99, max].map(time).join(' / ')}`,
  );
  return [
    ...(latencies.length > 0 ? [`latency, p50 / p99 / max: ${latencies.join(', ')}`] : []),
    ...of(failoverSeconds.name).map(failover),
    ...of(unavailableSeconds.name).map(unavailable),
    ...of(readStalenessSeconds.name).map((f) => stale(f.labels['f'] ?? 'read', f)),
    ...of(lookupStalenessSeconds.name).map((f) => stale('look-up', f)),
  ];
}

function failover(f: Figure): string {
  const after = `failover after ${f.labels['kind'] ?? 'a fault'}`;
  return f.count === 1
    ? `${after}: ${time(f.max)}`
    : `${after}, ${f.count} times: p50 ${time(f.p50)}, p90 ${time(f.p90)}, max ${time(f.max)}`;
}

function unavailable(f: Figure): string {
  return f.count === 1
    ? `nobody was served for ${time(f.max)}, once`
    : `nobody was served, ${f.count} times: p50 ${time(f.p50)}, p90 ${time(f.p90)}, max ${time(f.max)}`;
}

function stale(what: string, f: Figure): string {
  return f.max === 0
    ? `out of date: none of ${plural(f.count, what)}`
    : `out of date, of ${count(f.count)} ${what}s: p50 ${time(f.p50)}, p99 ${time(f.p99)}, max ${time(f.max)}`;
}

function time(seconds: number): string {
  return formatDuration(Math.round(seconds * 1e6));
}
