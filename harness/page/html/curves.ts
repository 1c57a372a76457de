/** A figure against size: a colour a load, a dash a percentile, both axes logarithmic; a table says the same. */
import type { CurvePoint, CurveView } from '../suite.ts';
import { h } from './text.ts';
import type { Html } from './text.ts';

const percentiles = ['p50', 'p99', 'p999'] as const;
const names = { p50: 'P50', p99: 'P99', p999: 'P99.9' } as const;
const [width, height, left, top, right, bottom] = [640, 300, 64, 24, 130, 44];
/** Of more loads the colours begin again. */
const colours = 4;

export function curvesSection(curves: readonly CurveView[]): Html | null {
  if (curves.length === 0) return null;
  return h`<h3>Against size and load</h3>
${curves.map(
  (c) => h`<figure class="size"><figcaption>${c.scenario}, ${c.name}</figcaption>
${curvePicture(c.points, `${c.name} of ${c.scenario}, by instances and load; the table says the same`)}
${table(c)}</figure>`,
)}`;
}

function table({ scenario, name, points }: CurveView): Html {
  return h`<div class="scroll" tabindex="0" role="region" aria-label="${name} of ${scenario} by size"><table><thead><tr><th scope="col" class="n">Instances</th><th scope="col" class="n">Operations a second</th><th scope="col" class="n">Samples</th>${percentiles.map((p) => h`<th scope="col" class="n">${names[p]}</th>`)}</tr></thead>
<tbody>${points.map(
    (p) =>
      h`<tr><th scope="row" class="n">${p.instances}</th><td class="n">${p.perSecond}</td><td class="n">${p.count}</td>${percentiles.map((k) => h`<td class="n">${seconds(p[k])}</td>`)}</tr>`,
  )}</tbody></table></div>`;
}

/** SVG; what it looks like is up to the style: `load0` and on, `p50`, `p99`, `p999`. */
export function curvePicture(points: readonly CurvePoint[], title: string): Html {
  const sizes = [...new Set(points.map((p) => p.instances))].sort((a, b) => a - b);
  const loads = [...new Set(points.map((p) => p.perSecond))].sort((a, b) => a - b);
  // Zeros have no place on such an axis.
  const all = points.flatMap((p) => percentiles.map((k) => p[k])).filter((v) => v > 0);
  const [low, high] = [Math.min(1, ...all) / 1.5, Math.max(0.001, ...all) * 1.5];
  const [least = 1, most = 1] = [sizes[0], sizes.at(-1)];
  const x = (n: number): number =>
    left + (Math.log(n / least) / Math.max(1e-9, Math.log(most / least))) * (width - left - right);
  const y = (s: number): number =>
    height -
    bottom -
    (Math.log(Math.max(s, low) / low) / Math.log(high / low)) * (height - top - bottom);
  const lines = loads.flatMap((load, i) =>
    percentiles.map((p) => {
      const own = points.filter((r) => r.perSecond === load);
      const at = own.map((r) => `${x(r.instances).toFixed(1)},${y(r[p]).toFixed(1)}`).join(' ');
      return h`<polyline class="load${i % colours} ${p}" points="${at}"/>`;
    }),
  );
  const ticks = [low * 1.5, high / 1.5].map((s) => words(left - 6, y(s) + 4, seconds(s), 'end'));
  const sizesTold = sizes.map((n) => words(x(n), height - bottom + 18, String(n), 'middle'));
  const keys = loads.flatMap((load, i) =>
    percentiles.map((p, k) => {
      const at = top + 14 + (i * percentiles.length + k) * 18;
      const from = width - right + 16;
      return h`<line class="load${i % colours} ${p}" x1="${from}" x2="${from + 24}" y1="${at - 4}" y2="${at - 4}"/>${words(from + 30, at, `${load}/s ${names[p]}`, 'start')}`;
    }),
  );
  return h`<svg xmlns="http://www.w3.org/2000/svg" class="curves" viewBox="0 0 ${width} ${height}" role="img" aria-label="${title}">
<path class="axes" d="M${left},${top} V${height - bottom} H${width - right}"/>
${lines}${ticks}${sizesTold}${keys}
${words((left + width - right) / 2, height - 8, 'instances of the service', 'middle')}
</svg>`;
}

function words(x: number, y: number, text: string, anchor: string): Html {
  return h`<text x="${x.toFixed(1)}" y="${y.toFixed(1)}" text-anchor="${anchor}">${text}</text>`;
}

function seconds(s: number): string {
  return s < 1 ? `${Number((s * 1_000).toPrecision(3))} ms` : `${Number(s.toPrecision(3))} s`;
}
