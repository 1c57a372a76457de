/** One run: its verdict, the contradiction beside the picture, and everything there is to say of both. */
import type { CodeView, FactView, PromiseView, RunView, StepView, ViolationView } from '../view.ts';
import { cyclePicture } from './cycle.ts';
import { fewerSection } from './fewer.ts';
import { orderSection } from './order.ts';
import { sessionsSection } from './sessions.ts';
import { clock, h, verdictTag } from './text.ts';
import type { Html } from './text.ts';
import { watchesTable } from './watches.ts';

export function runSection(run: RunView): Html {
  const { violation } = run;
  return h`<section class="run" id="run-${run.id}" aria-labelledby="title-${run.id}">
<header class="head">
<h2 id="title-${run.id}">${run.name} ${verdictTag(run.verdict)}</h2>
<p class="about">${run.about}</p>
${run.claim !== null && h`<p class="claim">${run.claim}</p>`}
</header>
<div class="${violation === null ? 'whole' : 'beside'}">
${violation !== null && story(run, violation)}
<div><div class="picture" data-run="${run.id}"><p class="waiting">The picture is drawn by the script of this page; everything that it shows of the contradiction is told in words as well.</p></div>
${violation !== null && reasons(violation)}</div>
</div>
${violation !== null && details(violation)}
${promiseTable(run.promises)}
${run.remarks.length > 0 && h`<h3>Remarks</h3><ul>${run.remarks.map((r) => h`<li>${r}</li>`)}</ul>`}
</section>`;
}

/** In words, beside the picture. */
function story(run: RunView, v: ViolationView): Html {
  return h`<div class="contradiction">
<h3>${v.promise} is violated</h3>
<p class="claim">${v.claim}</p>
<p class="label" id="facts">These cannot all be true:</p>
<ol class="facts" aria-labelledby="facts">${v.facts.map(fact)}</ol>
<p class="about">${run.isTimed && `Seen at ${clock(v.atUs)}; `}${v.note}</p>
${v.steps.length > 0 && h`<h3>Steps</h3><ol class="steps">${v.steps.map((s) => step(run, s))}</ol>`}
${v.fewer !== null && h`<h3>Which fault mattered</h3><p class="mattered">${v.fewer.says}</p>`}
${v.change.length > 0 && h`<h3>What to change</h3><ul class="change">${v.change.map((text) => h`<li>${linked(text)}</li>`)}</ul>`}
</div>`;
}

/** An address alone in a line is a link. */
function linked(text: string): Html | string {
  return /^https:\/\/\S+$/.test(text) ? h`<a href="${text}" rel="noreferrer">${text}</a>` : text;
}

/** A button where there is something to show in the picture. */
function fact({ text, ops }: FactView, i: number): Html {
  const inner = h`<span class="badge" aria-hidden="true">${i + 1}</span><span>${text}</span>`;
  if (ops.length === 0) return h`<li><div class="fact">${inner}</div></li>`;
  return h`<li><button type="button" class="fact" data-ops="${ops.join(' ')}">${inner}</button></li>`;
}

/** Below the picture: why it is so. */
function reasons(v: ViolationView): Html {
  return h`${v.order !== null && orderSection(v.order)}
${v.watches !== null && watchesTable(v.watches)}
${v.sessions !== null && sessionsSection(v.sessions)}
${v.cycle !== null && h`<h3>Why they cannot be put in order</h3>${cyclePicture(v.cycle)}`}`;
}

function details(v: ViolationView): Html {
  return h`${v.fewer !== null && fewerSection(v.fewer)}
${v.codes.length > 0 && h`<h3>To take away</h3>${v.codes.map(code)}`}`;
}

function step(run: RunView, s: StepView): Html {
  const time = h`<span class="time">${s.kind === 'skipped' ? '' : clock(s.atUs)}</span>`;
  const event = s.op !== null ? `op${s.op}` : s.fault !== null ? `fault${s.fault}` : null;
  const text =
    event === null
      ? h`<span>${s.kind === 'skipped' ? `… ${s.text}` : s.text}</span>`
      : h`<a href="#run=${run.id}&amp;e=${event}">${s.text}</a>`;
  return h`<li class="${s.kind}">${time}${text}</li>`;
}

function code({ title, language, text }: CodeView): Html {
  return h`<details class="code"${title === 'Replay' || title === 'Check' ? h` open` : null}><summary>${title}</summary>
<button type="button" class="copy">Copy</button>
<pre tabindex="0" role="region" aria-label="${title}"><code class="${language}">${text}</code></pre></details>`;
}

function promiseTable(promises: readonly PromiseView[]): Html | null {
  if (promises.length === 0) return null;
  return h`<h3>Promises</h3>
<div class="scroll" tabindex="0" role="region" aria-label="Promises"><table><thead><tr><th scope="col">Promise</th><th scope="col">Verdict</th><th scope="col">What was checked, or what is missing</th></tr></thead>
<tbody>${promises.map(
    (
      p,
    ) => h`<tr><th scope="row">${p.id}${p.claim !== null && h`<p class="claim">${p.claim}</p>`}</th>
<td>${verdictTag(p.verdict)}</td><td>${p.basis ?? (p.verdict === 'violated' ? 'see above' : '')}</td></tr>`,
  )}</tbody></table></div>`;
}
