/** Metrics over the runs of one command: by scenario, by node, and what was said of each promise. */
import type { History, HistoryEvent } from '../core/history.ts';
import { type Metric, stateless } from '../core/metric.ts';
import type { Program } from '../core/program.ts';
import { MetricBook } from './book.ts';
import { runMetrics } from './catalog.ts';

/** Told by whoever judges: no event of a history knows it. */
const verdicts: Metric = {
  name: 'antlion_verdicts_total',
  help: 'Promises by what was said of them, one a run.',
  type: 'counter',
  labels: ['promise', 'verdict'],
  reader: stateless(() => []),
};

export class RunMetrics {
  private readonly book: MetricBook;

  /** `own` are metrics of the systems that are run; of one name the first counts. */
  constructor(own: readonly Metric[]) {
    const all = new Map<string, Metric>();
    for (const m of [verdicts, ...runMetrics, ...own]) if (!all.has(m.name)) all.set(m.name, m);
    this.book = new MetricBook([...all.values()], ['scenario', 'node']);
  }

  add(
    { events }: History,
    program: Program,
    promises: readonly { readonly id: string; readonly verdict: string }[],
  ): void {
    const { scenario } = program;
    const read = this.book.follow((e) => ({ scenario, node: nodeOf(e, program) }));
    for (const e of events) read(e);
    for (const { id, verdict } of promises) {
      const labels = { scenario, node: '', promise: id, verdict };
      this.book.put(verdicts.name, { value: 1, labels });
    }
  }

  text(): Promise<string> {
    return this.book.text();
  }
}

/** Whom the event is about; empty: nobody alone. */
function nodeOf(e: HistoryEvent, { shape }: Program): string {
  if (e.type !== 'observe' && e.type !== 'node' && e.type !== 'stall') return '';
  return shape.nodes[e.node]?.name ?? `c${e.node - shape.nodes.length}`;
}
