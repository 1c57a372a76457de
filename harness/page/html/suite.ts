/** The first look at a suite: verdicts by scenario, what was shown of each promise, what was not. */
import type {
  BeforeView,
  ChangeView,
  CountsView,
  FigureView,
  PromiseSum,
  ScenarioView,
  SuiteView,
} from '../suite.ts';
import type { RunView } from '../view.ts';
import { curvesSection } from './curves.ts';
import { h, verdictTag } from './text.ts';
import type { Html } from './text.ts';

export function suiteSection(s: SuiteView, runs: readonly RunView[]): Html {
  const { holds, violated, unknown, skipped } = s.scenarios;
  return h`<section class="suite" id="suite" aria-labelledby="title-suite">
<h2 id="title-suite">Overview ${verdictTag(s.verdict)}</h2>
${s.isInterrupted && h`<p class="warning">Stopped before the end: what was not run is not known.</p>`}
<dl class="sums">
${sum('scenarios hold', holds)}${sum('violated', violated, 'violated')}${sum('unknown', unknown, 'unknown')}${sum('skipped', skipped)}
${sum('runs', s.runs)}${sum('operations', s.operations.invoked)}${sum('seconds', s.elapsedMs / 1000, '', 1)}
</dl>
${s.before !== null && sinceBefore(s.before)}
<h3>Scenarios</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Scenarios"><table class="scenarios"><thead><tr><th scope="col">Scenario</th><th scope="col">Verdict</th><th scope="col" class="n">Runs</th><th scope="col">Operations</th><th scope="col" class="n">Faults that took effect</th><th scope="col" class="n">Time</th></tr></thead>
<tbody>${s.rows.map((row) => scenarioRow(row, runs))}</tbody></table></div>
<h3>Promises</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Promises"><table><thead><tr><th scope="col">Promise</th><th scope="col" class="n">Holds</th><th scope="col" class="n">Violated</th><th scope="col" class="n">Unknown</th><th scope="col">What is not known</th></tr></thead>
<tbody>${s.promises.map(promiseRow)}</tbody></table></div>
${notShown(s)}
${figures(s.figures)}
${curvesSection(s.curves)}
</section>`;
}

const signs: Readonly<Record<ChangeView['kind'], string>> = {
  worse: '✖',
  slower: '▲',
  gone: '−',
  new: '+',
  better: '✔',
  faster: '▼',
};

function sinceBefore({ madeBy, changes, figures }: BeforeView): Html {
  const lines = changes.map(
    ({ kind, text }) =>
      h`<li class="${kind}"><b><span aria-hidden="true">${signs[kind]}</span> ${kind}</b> ${text}</li>`,
  );
  return h`<h3>Since the run before</h3>
${lines.length === 0 ? h`<p>No verdict has changed.</p>` : h`<ul class="changes">${lines}</ul>`}
<p class="about">That was made by ${madeBy}. ${figures} figures of scenarios with the same number of runs were compared; one is listed when it has changed by a fifth and by a millisecond or more.</p>`;
}

function sum(label: string, n: number, kind = '', digits = 0): Html {
  const text = n.toLocaleString('en-US', { maximumFractionDigits: digits });
  return h`<div class="${n > 0 ? kind : ''}"><dt>${label}</dt><dd>${text}</dd></div>`;
}

function scenarioRow(s: ScenarioView, runs: readonly RunView[]): Html {
  const isHere = s.run !== null && runs.some((run) => run.id === s.run);
  const name = isHere ? h`<a href="#run=${s.run}">${s.name}</a>` : s.name;
  const shares = [
    s.runs > 1 && s.violated > 0 ? `${s.violated} of ${s.runs} violated` : '',
    s.runs > 1 && s.unknown > 0 ? `${s.unknown} of ${s.runs} unknown` : '',
  ].filter((text) => text !== '');
  return h`<tr><th scope="row">${name}<p class="claim">${s.claim}</p>${s.remarks.map((r) => h`<p class="remark">${r}</p>`)}</th>
<td>${verdictTag(s.verdict)}${shares.map((text) => h`<p class="about">${text}</p>`)}</td>
<td class="n">${s.runs}</td>
<td>${operationsBar(s.operations)}</td>
<td class="n${s.faults.effective < s.faults.planned ? ' few' : ''}">${s.faults.effective} of ${s.faults.planned}</td>
<td class="n">${(s.elapsedMs / 1000).toFixed(1)} s</td></tr>`;
}

/** Shares as a bar, the same in words for who cannot see it. */
function operationsBar(o: CountsView): Html {
  const open = Math.max(0, o.invoked - o.ok - o.fail - o.info);
  const parts = [
    ['ok', o.ok, 'ok'],
    ['fail', o.fail, 'failed'],
    ['info', o.info + open, 'unknown'],
  ] as const;
  const all = Math.max(1, o.invoked);
  const words = parts
    .filter(([, n]) => n > 0)
    .map(([, n, what]) => `${n.toLocaleString('en-US')} ${what}`)
    .join(', ');
  let x = 0;
  const rects = parts.map(([kind, n]) => {
    const from = x;
    x += (n / all) * 120;
    return h`<rect class="${kind}" x="${from.toFixed(1)}" y="0" width="${((n / all) * 120).toFixed(1)}" height="8"/>`;
  });
  return h`<svg class="bar" viewBox="0 0 120 8" aria-hidden="true">${rects}</svg><span class="about">${words === '' ? 'none' : words}</span>`;
}

function promiseRow(p: PromiseSum): Html {
  const missing = [
    ...p.reasons,
    ...p.notPromised.map((s) => `${s}: the system does not promise it`),
  ];
  const n = (value: number, kind: string): Html =>
    h`<td class="n ${value > 0 ? kind : 'none'}">${value}</td>`;
  return h`<tr><th scope="row">${p.id}${p.claim !== null && h`<p class="claim">${p.claim}</p>`}</th>
${n(p.holds, 'holds')}${n(p.violated, 'violated')}${n(p.unknown, 'unknown')}
<td>${missing.length === 0 ? '' : h`<ul>${missing.map((m) => h`<li>${m}</li>`)}</ul>`}</td></tr>`;
}

function notShown({ skipped, never, rows }: SuiteView): Html {
  const idle = rows.filter((r) => r.faults.effective < r.faults.planned);
  const lines = [
    ...skipped.map((s) => `${s.scenario} was skipped: ${s.reason}`),
    ...idle.map((r) => {
      const n = r.faults.planned - r.faults.effective;
      return `${r.name}: ${n} of ${r.faults.planned} faults met nothing`;
    }),
    ...(never ?? []),
  ];
  return h`<h3>What was not shown</h3>
${lines.length === 0 ? h`<p>Nothing is known to be missing.</p>` : h`<ul class="missing">${lines.map((l) => h`<li>${l}</li>`)}</ul>`}
${never === null && h`<p class="about">What no run came across is listed only for several runs (--runs 2 or more).</p>`}`;
}

/** Percentiles on one logarithmic axis for all rows. */
function figures(all: readonly FigureView[]): Html | null {
  if (all.length === 0) return null;
  // Zeros have no place on such an axis.
  const told = all.flatMap((f) => [f.p50, f.max]).filter((v) => v > 0);
  const [low, high] = [Math.min(...told), Math.max(...told)];
  const x = (v: number): number => {
    const span = Math.log(high / low);
    return span <= 0 ? 80 : 4 + (152 * Math.log(Math.max(low, v) / low)) / span;
  };
  return h`<h3>Figures</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Figures"><table><thead><tr><th scope="col">Scenario</th><th scope="col">Figure</th><th scope="col" class="n">Samples</th><th scope="col" class="n">P50</th><th scope="col" class="n">P90</th><th scope="col" class="n">P99</th><th scope="col" class="n">Max</th><th scope="col">Spread</th></tr></thead>
<tbody>${all.map(
    (
      f,
    ) => h`<tr><th scope="row">${f.scenario}</th><td>${f.name}</td><td class="n">${f.count.toLocaleString('en-US')}</td>
${[f.p50, f.p90, f.p99, f.max].map((v) => h`<td class="n">${seconds(v)}</td>`)}
<td>${f.max > 0 && spread(f, x)}</td></tr>`,
  )}</tbody></table></div>`;
}

function spread(f: FigureView, x: (v: number) => number): Html {
  return h`<svg class="spread" viewBox="0 0 160 12" aria-hidden="true"><line x1="${x(f.p50).toFixed(1)}" x2="${x(f.max).toFixed(1)}" y1="6" y2="6"/><rect x="${x(f.p50).toFixed(1)}" y="3" width="${Math.max(1, x(f.p99) - x(f.p50)).toFixed(1)}" height="6"/><circle cx="${x(f.p90).toFixed(1)}" cy="6" r="3"/></svg>`;
}

function seconds(s: number): string {
  return s < 1 ? `${Number((s * 1000).toPrecision(3))} ms` : `${Number(s.toPrecision(3))} s`;
}
