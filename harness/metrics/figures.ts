/** Percentiles of what a run took: exact, of all samples, where a histogram of buckets would round them. */
import type { HistoryEvent } from '../core/history.ts';
import type { Figure, Metric } from '../core/metric.ts';
import { runMetrics } from './catalog.ts';

interface Kept {
  readonly metric: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly samples: number[];
}

/** Takes the histograms of `metrics`; those of any system by default. */
export class FigureBook {
  private readonly metrics: readonly Metric[];
  private readonly kept = new Map<string, Kept>();

  constructor(metrics: readonly Metric[] = runMetrics) {
    this.metrics = metrics.filter((m) => m.type === 'histogram');
  }

  /** The events of one run, in order. */
  add(events: readonly HistoryEvent[]): void {
    for (const metric of this.metrics) {
      const read = metric.reader();
      for (const e of events) {
        for (const { value, labels = {} } of read(e)) this.of(metric.name, labels).push(value);
      }
    }
  }

  /** In the order of the metrics, and of each in that of their first samples. */
  figures(): readonly Figure[] {
    const order = this.metrics.map((m) => m.name);
    return [...this.kept.values()]
      .sort((a, b) => order.indexOf(a.metric) - order.indexOf(b.metric))
      .map(({ metric, labels, samples }) => {
        const sorted = Float64Array.from(samples).sort();
        const at = (share: number): number =>
          sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] as number;
        const count = sorted.length;
        const [p50, p90, p99, p999] = [at(0.5), at(0.9), at(0.99), at(0.999)];
        return { metric, labels, count, p50, p90, p99, p999, max: at(1) };
      });
  }

  private of(metric: string, labels: Readonly<Record<string, string>>): number[] {
    const name = JSON.stringify([metric, labels]);
    const kept = this.kept.get(name) ?? { metric, labels, samples: [] };
    this.kept.set(name, kept);
    return kept.samples;
  }
}
