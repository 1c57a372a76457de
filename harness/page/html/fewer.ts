/** Which steps matter, and the nearest run that keeps the promise. */
import type { DifferenceView, FewerView } from '../view.ts';
import { clock, h, verdictTag } from './text.ts';
import type { Html } from './text.ts';

export function fewerSection({ tries, nearest }: FewerView): Html {
  return h`<h3>Without one step</h3>
<div class="beside"><div>
<p>The same run, same seed, without one step at a time:</p>
<ul class="without">${tries.map((t) => h`<li>${verdictTag(t.verdict)} <span>${t.without}</span></li>`)}</ul>
${nearest === null ? h`<p>Without any single step it is violated as well, or shows nothing.</p>` : near(nearest)}
</div>
<div>${
    nearest !== null &&
    h`<p class="label">The nearest run that keeps the promise, without <strong>${nearest.without}</strong>:</p>
<div class="picture second" data-run="${nearest.run}" data-beside="1"></div>`
  }</div></div>`;
}

function near(n: NonNullable<FewerView['nearest']>): Html {
  return h`${difference('The first event that differs', n.differs)}
${difference('The first answer that differs', n.answers)}`;
}

function difference(title: string, d: DifferenceView | null): Html | null {
  if (d === null) return null;
  return h`<p class="label">${title}, ${clock(d.atUs)}:</p>
<dl class="difference"><dt>Here</dt><dd>${d.here}</dd><dt>There</dt><dd>${d.there}</dd></dl>`;
}
