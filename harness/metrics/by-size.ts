/** Figures of runs that differ in size: instances of the largest service, and operations a second. */
import { countOperations } from '../core/history.ts';
import type { History } from '../core/history.ts';
import type { Figure, Metric } from '../core/metric.ts';
import type { Shape } from '../core/program.ts';
import { FigureBook } from './figures.ts';

export interface Size {
  readonly instances: number;
  readonly perSecond: number;
}

export interface Sized extends Size {
  readonly figure: Figure;
}

/** Takes the metrics that are by size. */
export class SizeBook {
  private readonly metrics: readonly Metric[];
  private readonly books = new Map<string, { readonly size: Size; readonly book: FigureBook }>();

  constructor(metrics: readonly Metric[]) {
    this.metrics = metrics.filter((m) => m.isBySize === true);
  }

  add(history: History, shape: Shape): void {
    if (this.metrics.length === 0) return;
    const size = sizeOf(history, shape);
    const name = `${size.instances} ${size.perSecond}`;
    const own = this.books.get(name) ?? { size, book: new FigureBook(this.metrics) };
    this.books.set(name, own);
    own.book.add(history.events);
  }

  /** By load, and of each load by size. */
  figures(): readonly Sized[] {
    return [...this.books.values()]
      .sort(({ size: a }, { size: b }) => a.perSecond - b.perSecond || a.instances - b.instances)
      .flatMap(({ size, book }) => book.figures().map((figure) => ({ ...size, figure })));
  }
}

/** Operations a second to one digit, so that runs of one story meet. */
function sizeOf(history: History, { nodes }: Shape): Size {
  const counts = new Map<string, number>();
  for (const { service } of nodes) {
    if (service !== undefined) counts.set(service, (counts.get(service) ?? 0) + 1);
  }
  const seconds = (history.endUs - history.readyUs) / 1_000_000;
  const rate = seconds > 0 ? countOperations(history).invoked / seconds : 0;
  return { instances: Math.max(0, ...counts.values()), perSecond: Number(rate.toPrecision(1)) };
}
