/** What Prometheus would have scraped of a simulated run: once a second, of each node that was up. */
import type { History, HistoryEvent } from '../../harness/core/history.ts';
import type { Shape } from '../../harness/core/program.ts';
import { MetricBook } from '../../harness/metrics/book.ts';
import { nodeMetrics } from '../../harness/metrics/catalog.ts';
import { mechanisms } from '../../reference-impl/mechanisms.ts';
import { metricsOfNode } from '../../reference-impl/metrics/of-node.ts';

export interface Series {
  /** By name with labels; `_` before its first sample, `stale` where a scrape did not find it any more. */
  readonly values: Readonly<Record<string, (number | string)[]>>;
  readonly seconds: number;
}

/** From the moment at which the cluster was ready to the end. A node that starts anew begins with nothing. */
export async function seriesOf(shape: Shape, { events, readyUs, endUs }: History): Promise<Series> {
  const values: Record<string, (number | string)[]> = {};
  const seconds = Math.ceil((endUs - readyUs) / 1e6);
  await Promise.all(
    shape.nodes.map(async ({ name }, id) => {
      const pauses = pausesOf(events, id);
      const own = events.filter(
        (e) => (e.type === 'observe' || e.type === 'node') && e.node === id,
      );
      const mine = new Set<string>();
      let next = 0;
      let node = new Node();
      for (let second = 0; second < seconds; second++) {
        for (; (own[next]?.timeUs ?? Infinity) <= readyUs + second * 1e6; next++) {
          const e = own[next] as HistoryEvent;
          if (e.type === 'node') node = new Node(e.change === 'started');
          else node.see(e);
        }
        const atUs = readyUs + second * 1e6;
        const isPaused = pauses.some(([fromUs, untilUs]) => fromUs <= atUs && atUs < untilUs);
        // Who stands still answers nobody, Prometheus neither.
        const isUp = node.isUp && !isPaused;
        const told = new Map([[`up{instance="${name}"}`, isUp ? 1 : 0]]);
        if (isUp) for (const [series, value] of await node.scrape(name)) told.set(series, value);
        for (const series of told.keys()) {
          if (mine.has(series)) continue;
          mine.add(series);
          values[series] = Array.from({ length: seconds }, () => '_');
        }
        for (const series of mine) {
          (values[series] as (number | string)[])[second] = told.get(series) ?? 'stale';
        }
      }
    }),
  );
  return { values, seconds };
}

/** When this node stood still. */
function pausesOf(events: readonly HistoryEvent[], id: number): (readonly [number, number])[] {
  const own = events.filter(
    (e) => e.type === 'fault' && e.kind === 'pause' && e.nodes.includes(id),
  );
  const begun = own.filter((e) => e.type === 'fault' && e.phase === 'begin');
  return begun.map((b) => {
    const end = own.find((e) => e.type === 'fault' && e.phase === 'end' && e.timeUs > b.timeUs);
    return [b.timeUs, end?.timeUs ?? Infinity];
  });
}

class Node {
  readonly isUp: boolean;
  private readonly book = new MetricBook([...nodeMetrics, ...metricsOfNode(mechanisms)]);
  private readonly follow = this.book.follow(() => ({}));
  private last: readonly (readonly [string, number])[] | null = null;

  constructor(isUp = true) {
    this.isUp = isUp;
  }

  see(e: HistoryEvent): void {
    this.follow(e);
    this.last = null;
  }

  /** Histograms aside: no rule asks for them. */
  async scrape(instance: string): Promise<readonly (readonly [string, number])[]> {
    if (this.last !== null) return this.last;
    const text = await this.book.text();
    this.last = [...text.matchAll(/^(antlion_\w+?)(?:\{(.*)\})? (\S+)$/gm)]
      .filter(([, name = '']) => !/_(bucket|sum|count)$/.test(name))
      .map(([, name, labels, value]) => [
        `${name}{${labels === undefined ? '' : `${labels},`}instance="${instance}"}`,
        Number(value),
      ]);
    return this.last;
  }
}
