/** How long callers look for an instance that came or went, against how many there are and how much is asked. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineScenario } from '../../../harness/spec.ts';
import { Analysis } from '../../../harness/metrics/analysis.ts';
import type { Analysed } from '../../../harness/metrics/analysis.ts';
import { curvePicture } from '../../../harness/page/html/curves.ts';
import { runMetrics } from '../../../harness/metrics/catalog.ts';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
import { storyAtSize } from '../../../reference-impl/discovery/scenarios/at-size.ts';
import { reference } from '../../../reference-impl/system.ts';
import type { Demonstration, Say } from './demonstration.ts';

const instances = [3, 10, 30, 100];
/** Requests of each of the two clients, a second. */
const loads = [1, 10];
const metric = 'antlion_discovery_seconds';
const percentiles = ['p50', 'p99', 'p999'] as const;
const [csvPath, svgPath] = ['docs/reference/discovery.csv', 'docs/pictures/discovery.svg'];

export const discovery: Demonstration = {
  says: `discovery latency against instances and load, as ${csvPath} and a curve`,
  isLong: true,
  run: ({ say, seed }) => prove(say, seed ?? 1),
};

interface Row {
  readonly n: number;
  readonly perSecond: number;
  readonly change: string;
  readonly figure: Analysed;
}

function prove(say: Say, seed: number): void {
  const rows = loads.flatMap((perSecond) =>
    instances.flatMap((n) => {
      const found = measured(n, perSecond, seed);
      for (const { change, figure } of found) {
        const told = percentiles.map((p) => `${p} ${seconds(figure[p])}`).join(', ');
        say(
          figure.count > 0,
          `${n} instances, ${perSecond} requests/s a client, ${change}: ${told}`,
          `${figure.count} samples`,
        );
      }
      return found;
    }),
  );
  writeFileSync(resolve(csvPath), csv(rows));
  writeFileSync(resolve(svgPath), svg(rows.filter((r) => r.change === 'added')));
}

function measured(n: number, perSecond: number, seed: number): Row[] {
  const scenario = defineScenario({
    name: 'discovery-at-size',
    claim: 'Who dies is taken from the lists of its callers, who returns is put there again.',
    promises: ['discovery'],
    story: (draw) => storyAtSize(draw, { instances: n, perSecond }),
  });
  const { history } = simulation().run(reference, programOf(scenario, seed, 'virtual', null));
  const analysis = new Analysis([...runMetrics, ...(reference.metrics ?? [])]);
  analysis.add(history.events);
  return analysis
    .figures()
    .filter((f) => f.metric === metric)
    .map((figure) => ({ n, perSecond, change: figure.labels['change'] ?? '', figure }));
}

function csv(rows: readonly Row[]): string {
  const lines = rows.map(({ n, perSecond, change, figure }) =>
    [n, perSecond, change, figure.count, ...percentiles.map((p) => figure[p] ?? '')].join(','),
  );
  return ['instances,requests_per_second,change,samples,p50_s,p99_s,p999_s', ...lines, ''].join(
    '\n',
  );
}

/** As the page has it: a colour a load, a dash a percentile. */
const style = `<style>text { fill: #566074; font: 12px sans-serif } .axes { fill: none; stroke: #8b94a5 }
polyline, line { fill: none; stroke-width: 1.8 } .load0 { stroke: #2b52c8 } .load1 { stroke: #a85a00 }
.p99 { stroke-dasharray: 6 3 } .p999 { stroke-dasharray: 2 3 }</style><rect width="100%" height="100%" fill="#ffffff"/>`;

function svg(rows: readonly Row[]): string {
  const points = rows.map(({ n: instances, perSecond, figure: { count, p50, p99, p999 } }) => {
    return { instances, perSecond, count, p50: p50 ?? 0, p99: p99 ?? 0, p999: p999 ?? 0 };
  });
  const title = 'Until a registered instance is on the lists of its callers, by instances and load';
  return `${curvePicture(points, title).html.replace('>', `>\n${style}`)}\n`;
}

function seconds(s: number | null): string {
  if (s === null) return 'unknown';
  return s < 1 ? `${Number((s * 1_000).toPrecision(3))} ms` : `${Number(s.toPrecision(3))} s`;
}
