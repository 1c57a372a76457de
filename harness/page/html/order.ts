/** Why no order exists: stepwise, as a list that reads from top to bottom. */
import type { OrderView } from '../view.ts';
import { h } from './text.ts';
import type { Html } from './text.ts';

export function orderSection(o: OrderView): Html {
  const of = o.part === '' ? '' : ` of ${o.part}`;
  const before =
    o.steps.length === 0 && o.skipped === 0
      ? h`<p>Nothing else${of} can have taken effect before it.</p>`
      : h`<p>One order${of} that explains everything before the last operation, and what was held after each:</p>
<ol class="order" start="${o.skipped + 1}">${o.steps.map(
          (s) =>
            h`<li><button type="button" data-ops="${s.op}">${s.text}</button> <span class="state">${s.state}</span></li>`,
        )}</ol>`;
  return h`<h3>Why no order works</h3>
${before}
${o.skipped > 0 && h`<p class="about">${o.skipped} before these are left out.</p>`}
<p>Now <button type="button" data-ops="${o.last.op}">${o.last.text}</button> has to stand somewhere after all that had returned when it was called:</p>
<ul class="tries">${o.tries.map(
    (t) =>
      h`<li><span aria-hidden="true" class="no">✖</span> ${t.after === null ? 'at the beginning' : h`after ${place(o, t.after)}`}: ${t.why}</li>`,
  )}</ul>
<p class="about">The checker has shown that the same happens in every other order, too.</p>`;
}

function place(o: OrderView, op: number): string {
  const at = o.steps.findIndex((s) => s.op === op);
  return at < 0 ? 'an earlier one' : `${o.skipped + at + 1} (${o.steps[at]?.text ?? ''})`;
}
