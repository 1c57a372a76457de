/** What watchers were told, revision by revision: a sign and a word for whatever is out of order. */
import type { WatchesView, WatchMark } from '../view.ts';
import { h } from './text.ts';
import type { Html } from './text.ts';

const words: Readonly<Record<WatchMark, string>> = {
  told: '●',
  gap: '✖ gap',
  repeat: '✖ told twice',
  late: '✖ after a later one',
  other: '✖ of another change',
  none: '',
};

export function watchesTable({ prefix, watchers, skipped, rows }: WatchesView): Html {
  return h`<h3>What watchers of ${prefix === '' ? 'everything' : prefix} were told</h3>
<div class="scroll" tabindex="0" role="region" aria-label="What watchers were told"><table class="watches"><thead><tr><th scope="col" class="n">Revision</th><th scope="col">Change</th>${watchers.map((w) => h`<th scope="col">${w}</th>`)}</tr></thead>
<tbody>${rows.map(
    (r) =>
      h`<tr><th scope="row" class="n">${r.revision}</th><td>${r.change}</td>${r.told.map((m) => cell(m))}</tr>`,
  )}</tbody></table></div>
<p class="about">● told once, in order; empty: it did not watch then.${skipped > 0 && ` ${skipped} revisions before and after are left out.`}</p>`;
}

function cell(mark: WatchMark): Html {
  if (mark === 'told') return h`<td class="told"><span aria-label="told">●</span></td>`;
  return mark === 'none' ? h`<td></td>` : h`<td class="wrong">${words[mark]}</td>`;
}
