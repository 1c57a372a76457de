/** Figures of many runs together: exact percentiles of what was measured, totals of what was counted. */
import type { HistoryEvent } from '../core/history.ts';
import type { Metric } from '../core/metric.ts';
import { FigureBook } from './figures.ts';

type Labels = Readonly<Record<string, string>>;

export interface Analysed {
  readonly metric: string;
  readonly help: string;
  readonly labels: Labels;
  readonly unit: string;
  readonly runs: number;
  readonly count: number;
  readonly p50: number | null;
  readonly p90: number | null;
  readonly p99: number | null;
  readonly p999: number | null;
  readonly max: number | null;
  readonly total: number | null;
  readonly share: number | null;
}

const noSamples = { count: 0, p50: null, p90: null, p99: null, p999: null, max: null };

/** Gauges are left out: what was last is no figure of a run. */
export class Analysis {
  runs = 0;
  private readonly metrics: ReadonlyMap<string, Metric>;
  private readonly book: FigureBook;
  /** By metric, then by labels. */
  private readonly totals = new Map<string, Map<string, number>>();

  /** Of one name the first counts. */
  constructor(metrics: readonly Metric[]) {
    const named = new Map<string, Metric>();
    for (const m of metrics) if (!named.has(m.name)) named.set(m.name, m);
    this.metrics = named;
    this.book = new FigureBook([...named.values()]);
  }

  /** The events of one run, in order. */
  add(events: readonly HistoryEvent[]): void {
    this.runs += 1;
    this.book.add(events);
    for (const { name, type, reader } of this.metrics.values()) {
      if (type !== 'counter') continue;
      const read = reader();
      const sums = this.totals.get(name) ?? new Map<string, number>();
      this.totals.set(name, sums);
      for (const e of events) {
        for (const { value, labels = {} } of read(e)) {
          const key = JSON.stringify(labels);
          sums.set(key, (sums.get(key) ?? 0) + value);
        }
      }
    }
  }

  /** Distributions first, each in the order of the metrics. */
  figures(): readonly Analysed[] {
    const distributions = this.book
      .figures()
      .map((f): Analysed => ({ ...this.about(f.metric), ...f, total: null, share: null }));
    const totals = [...this.totals].flatMap(([name, sums]) => {
      const all = [...sums.values()].reduce((a, b) => a + b, 0);
      return [...sums].map(([labels, total]): Analysed => ({
        ...this.about(name),
        labels: JSON.parse(labels) as Labels,
        ...noSamples,
        total,
        share: all === 0 ? null : total / all,
      }));
    });
    return [...distributions, ...totals];
  }

  private about(name: string): Pick<Analysed, 'metric' | 'help' | 'unit' | 'runs'> {
    const help = this.metrics.get(name)?.help ?? '';
    return { metric: name, help, unit: unitOf(name), runs: this.runs };
  }
}

/** As Prometheus has units in names. Empty: a number of things. */
export function unitOf(name: string): string {
  if (/_seconds$/.test(name)) return 's';
  if (/_bytes(_total)?$/.test(name)) return 'bytes';
  return /_ratio$/.test(name) ? 'share' : '';
}
