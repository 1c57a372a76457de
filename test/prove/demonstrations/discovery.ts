/** How long callers look for an instance that came or went, against how many there are and how much is asked. */
import { writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { defineScenario, secondsUs, cluster, requestOperations } from '../../../harness/spec.ts';
import { Analysis } from '../../../harness/metrics/analysis.ts';
import type { Analysed } from '../../../harness/metrics/analysis.ts';
import { runMetrics } from '../../../harness/metrics/catalog.ts';
import { programOf } from '../../../harness/runner/run-scenario.ts';
import { simulation } from '../../../harness/simulation/environment.ts';
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

/** Instances die one after the other without a word, and come back. */
function measured(n: number, perSecond: number, seed: number): Row[] {
  const durationUs = secondsUs(90);
  const scenario = defineScenario({
    name: 'discovery-at-size',
    claim: 'Who dies is taken from the lists of its callers, who returns is put there again.',
    promises: ['discovery'],
    story(draw) {
      const shape = cluster({
        servers: 3,
        services: [
          { name: 'front', instances: 2, calls: ['back'] },
          { name: 'back', instances: n },
        ],
        clients: 2,
      });
      const first = shape.nodes.findIndex((node) => node.service === 'back');
      return {
        shape,
        faults: [5, 8, 11].map((s, i) => ({
          kind: 'crash' as const,
          atUs: secondsUs(s),
          untilUs: secondsUs(50 + s),
          nodes: { of: 'node' as const, node: first + i },
        })),
        clients: requestOperations(draw.fork('operations'), {
          clients: 2,
          count: (durationUs / 1_000_000) * perSecond,
          pauseUs: Math.floor(1_000_000 / perSecond),
          services: ['front', 'back'],
        }),
        durationUs,
        extra: {},
      };
    },
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

const [width, height, left, top, right, bottom] = [640, 300, 64, 24, 130, 44];
const colours = ['#2b52c8', '#a85a00'];
const dashes = { p50: '', p99: '6 3', p999: '2 3' } as const;

/** Both axes logarithmic: a colour a load, a dash a percentile. */
function svg(rows: readonly Row[]): string {
  const all = rows.flatMap((r) => percentiles.map((p) => r.figure[p] ?? 0)).filter((v) => v > 0);
  const [low, high] = [Math.min(...all) / 1.5, Math.max(...all) * 1.5];
  const x = (n: number): number =>
    left + (Math.log(n / 3) / Math.log(100 / 3)) * (width - left - right);
  const y = (s: number): number =>
    height - bottom - (Math.log(s / low) / Math.log(high / low)) * (height - top - bottom);
  const curves = loads.flatMap((load, i) =>
    percentiles.map((p) => {
      const own = rows.filter((r) => r.perSecond === load);
      const points = own.map((r) => `${x(r.n).toFixed(1)},${y(r.figure[p] ?? low).toFixed(1)}`);
      return `<polyline points="${points.join(' ')}" fill="none" stroke="${colours[i]}" stroke-width="1.8" stroke-dasharray="${dashes[p]}"/>`;
    }),
  );
  const ticks = [low * 1.5, high / 1.5].map((s) => text(left - 6, y(s) + 4, seconds(s), 'end'));
  const names = instances.map((n) => text(x(n), height - bottom + 18, String(n), 'middle'));
  const keys = loads.flatMap((load, i) =>
    percentiles.map((p, k) => {
      const at = top + 14 + (i * 3 + k) * 18;
      const from = width - right + 16;
      return `<line x1="${from}" x2="${from + 24}" y1="${at - 4}" y2="${at - 4}" stroke="${colours[i]}" stroke-width="1.8" stroke-dasharray="${dashes[p]}"/>${text(from + 30, at, `${load}/s ${p === 'p999' ? 'P99.9' : p.toUpperCase()}`, 'start')}`;
    }),
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" font-family="sans-serif" font-size="12">
<title>Until a registered instance is on the lists of its callers, by instances and load</title>
<rect width="${width}" height="${height}" fill="#ffffff"/>
<path d="M${left},${top} V${height - bottom} H${width - right}" fill="none" stroke="#8b94a5"/>
${[...curves, ...ticks, ...names, ...keys].join('\n')}
${text((left + width - right) / 2, height - 8, 'instances of the service', 'middle')}
</svg>
`;
}

function text(x: number, y: number, words: string, anchor: string): string {
  return `<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}" fill="#566074">${words}</text>`;
}

function seconds(s: number | null): string {
  if (s === null) return 'unknown';
  return s < 1 ? `${Number((s * 1_000).toPrecision(3))} ms` : `${Number(s.toPrecision(3))} s`;
}
