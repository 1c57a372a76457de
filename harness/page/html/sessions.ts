/** Sessions as stairs that must not lead down, and below as a table that says the same. */
import type { SessionRowView, SessionsView, SessionView } from '../view.ts';
import { clock, h } from './text.ts';
import type { Html } from './text.ts';

export function sessionsSection({ key, sessions }: SessionsView): Html {
  const of = key === null ? '' : key === '' ? '' : ` of ${key}`;
  return h`<h3>What ${sessions.length === 1 ? 'the session' : 'each session'} saw${of}</h3>
${sessions.map((s) => session(s, of))}
<p class="about">Known: the newest version that the session had read or written when it asked. What it sees later must not be older.</p>`;
}

function session({ who, skipped, rows }: SessionView, of: string): Html {
  return h`<figure class="session">${stairs(who, of, rows)}
<div class="scroll" tabindex="0" role="region" aria-label="What ${who} saw"><table class="session"><caption>Session of ${who}</caption>
<thead><tr><th scope="col" class="n">Returned</th><th scope="col">Operation</th><th scope="col" class="n">Version</th><th scope="col" class="n">Known</th><th scope="col"></th></tr></thead>
<tbody>${rows.map(line)}</tbody></table></div>
${skipped > 0 && h`<p class="about">${skipped} operations before and after are left out.</p>`}</figure>`;
}

function line(r: SessionRowView): Html {
  const text = h`<button type="button" data-ops="${r.op}">${r.text}</button>`;
  return h`<tr class="${r.isNamed ? 'named' : ''}"><td class="n">${clock(r.atUs)}</td><th scope="row">${text}</th><td class="n">${r.version}</td><td class="n">${r.known}</td>${
    r.isBack ? h`<td class="wrong">✖ ${wordsOf(r)}</td>` : h`<td></td>`
  }</tr>`;
}

function wordsOf({ version, known }: SessionRowView): string {
  if (version === null || known === null) return 'went back';
  return version < known ? `back from ${known} to ${version}` : 'contradicts what came before';
}

const [stepWidth, stairsHeight, margin] = [34, 84, 14];

/** Null where fewer than two versions are told. */
function stairs(who: string, of: string, rows: readonly SessionRowView[]): Html | null {
  const versions = [...new Set(rows.flatMap((r) => [r.version ?? [], r.known ?? []].flat()))];
  if (versions.length < 2) return null;
  versions.sort((a, b) => a - b);
  // By rank: one version may be a thousand above the next.
  const y = (v: number): number =>
    stairsHeight -
    margin -
    (versions.indexOf(v) / (versions.length - 1)) * (stairsHeight - 2 * margin);
  const x = (i: number): number => margin + i * stepWidth;
  const width = 2 * margin + rows.length * stepWidth;
  const knownLine = rows
    .map((r, i) => (r.known === null ? '' : `M${x(i)},${fixed(y(r.known))} h${stepWidth}`))
    .join(' ');
  return h`<svg class="stairs" viewBox="0 0 ${width} ${stairsHeight}" width="${width}" height="${stairsHeight}" role="img" aria-label="Versions${of} that ${who} saw, one after the other; the table says the same">
<path class="known" d="${knownLine}"/>
${rows.map((r, i) => mark(r, x(i) + stepWidth / 2, y))}
</svg>`;
}

function mark(r: SessionRowView, x: number, y: (v: number) => number): Html {
  if (r.version === null) {
    const at = stairsHeight - 4;
    return h`<text class="${r.isBack ? 'back' : ''}" x="${x}" y="${at}">${r.isBack ? '✖' : '·'}</text>`;
  }
  const at = fixed(y(r.version));
  if (!r.isBack)
    return h`<circle cx="${x}" cy="${at}" r="4"><title>${r.text}: ${r.version}</title></circle>`;
  return h`<path class="fall" d="M${x},${fixed(y(r.known ?? r.version))} V${at}"/><text class="back" x="${x}" y="${fixed(y(r.version) + 4)}">✖</text>`;
}

function fixed(n: number): string {
  return n.toFixed(1);
}
