/** HTML as text: whatever comes from a run is escaped here and nowhere else. */
import type { VerdictKind } from '../../core/verdict.ts';

/** Text that is HTML already. */
export interface Html {
  readonly html: string;
}

type Part = Html | string | number | null | undefined | false | readonly Part[];

/** A template whose values are escaped, unless they are HTML; nothing comes of null and false. */
export function h(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  const html = strings.reduce(
    (all, s, i) => `${all}${i === 0 ? '' : render(parts[i - 1])}${s}`,
    '',
  );
  return { html };
}

function render(part: Part): string {
  if (part === null || part === undefined || part === false) return '';
  if (typeof part === 'string') return escaped(part);
  if (typeof part === 'number') return String(part);
  if ('html' in part) return part.html;
  return part.map(render).join('');
}

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escaped(text: string): string {
  return text.replaceAll(/[&<>"']/g, (c) => entities[c] as string);
}

/** Made by us: styles, code, and JSON in which nothing ends its element. */
export function raw(html: string): Html {
  return { html };
}

/** JSON for a `<script type="application/json">`. */
export function jsonText(value: unknown): Html {
  return raw(JSON.stringify(value).replaceAll('<', '\\u003c'));
}

export const verdictWords: Readonly<Record<VerdictKind, string>> = {
  holds: 'holds',
  violated: 'violated',
  unknown: 'unknown',
};
const verdictSigns: Readonly<Record<VerdictKind, string>> = {
  holds: '✔',
  violated: '✖',
  unknown: '?',
};

/** A verdict by sign, word and colour: never by colour alone. */
export function verdictTag(verdict: VerdictKind): Html {
  return h`<span class="verdict ${verdict}"><span aria-hidden="true">${verdictSigns[verdict]}</span> ${verdictWords[verdict]}</span>`;
}

/** `2.849 s`, as steps are told. */
export function clock(us: number): string {
  return `${(us / 1_000_000).toFixed(3)} s`;
}
