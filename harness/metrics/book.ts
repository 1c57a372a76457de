/** Keeps metrics while events arrive, and writes them as Prometheus reads them (text format 0.0.4). */
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import { assert } from '../core/assert.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { Metric, Sample } from '../core/metric.ts';

type Labels = Readonly<Record<string, string>>;
type Put = (labels: Labels, value: number) => void;

export class MetricBook {
  static readonly contentType = Registry.PROMETHEUS_CONTENT_TYPE;
  private readonly registry = new Registry();
  private readonly metrics: readonly Metric[];
  private readonly puts: ReadonlyMap<string, Put>;

  /** `extra` are labels of all samples beside those of the metrics: `scenario`, `node`. */
  constructor(metrics: readonly Metric[], extra: readonly string[] = []) {
    this.metrics = metrics;
    this.puts = new Map(metrics.map((metric) => [metric.name, this.open(metric, extra)]));
  }

  /** Takes the events of one run or node; `extraOf` gives their extra labels. */
  follow(extraOf: (e: HistoryEvent) => Labels): (e: HistoryEvent) => void {
    const readers = this.metrics.map(({ name, reader }) => ({ name, read: reader() }));
    return (e) => {
      for (const { name, read } of readers) {
        for (const { value, labels } of read(e)) {
          this.put(name, { value, labels: { ...extraOf(e), ...labels } });
        }
      }
    };
  }

  /** One sample, with its extra labels, of the metric of this name. */
  put(name: string, { value, labels = {} }: Sample): void {
    const put = this.puts.get(name);
    assert(put !== undefined, 'a metric of the book', { name });
    put(labels, value);
  }

  text(): Promise<string> {
    return this.registry.metrics();
  }

  private open({ name, help, type, labels = [], buckets }: Metric, extra: readonly string[]): Put {
    const options = { name, help, labelNames: [...extra, ...labels], registers: [this.registry] };
    if (type === 'counter') {
      const counter = new Counter(options);
      return (of, value) => counter.inc(of, value);
    }
    if (type === 'gauge') {
      const gauge = new Gauge(options);
      return (of, value) => gauge.set(of, value);
    }
    const histogram = new Histogram({ ...options, ...(buckets && { buckets: [...buckets] }) });
    return (of, value) => histogram.observe(of, value);
  }
}
