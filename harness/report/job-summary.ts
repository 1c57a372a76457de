/** A suite in Markdown: the summary of a job. What is red comes first, with all that is needed to see it. */
import { unknownText, violationText } from './case-text.ts';
import type { Case, Cases, Suite } from './cases.ts';

/** GitHub refuses a summary of more than 1 MiB; the longest character takes four bytes. */
const charactersMax = 240_000;
/** Of one story. */
const storyMax = 8_000;

const marks: Readonly<Record<Case['kind'], string>> = {
  violated: '❌ violated',
  unknown: '❔ unknown',
  skipped: '➖ skipped',
  holds: '✅ holds',
};
const gravity: readonly Case['kind'][] = ['violated', 'unknown', 'skipped', 'holds'];

export function summaryText(cases: Cases): string {
  const { suites, summary } = cases;
  const sorted = suites.toSorted((a, b) => gravity.indexOf(a.verdict) - gravity.indexOf(b.verdict));
  const stories = sorted.flatMap((s) => s.cases.flatMap((c) => storyLines(s, c)));
  const never = [
    ...(summary?.neverReached.map(({ id, claim }) => `${claim} (${id})`) ?? []),
    ...(summary?.neverTried ?? []),
  ];
  const text = [
    `## antlion ${cases.command}${cases.mutant === null ? '' : `, mutant ${cell(cases.mutant)}`}`,
    '',
    totals(suites),
    '',
    '| scenario | verdict | runs | operations | faults |',
    '| :--- | :--- | ---: | ---: | ---: |',
    ...sorted.map(
      (s) =>
        `| ${cell(s.name)} | ${marks[s.verdict]} | ${s.runs} | ${s.operations} | ${s.effective} |`,
    ),
    '',
    ...stories,
    ...(never.length === 0
      ? []
      : details(
          'What no run came across',
          never.map((n) => `- ${cell(n)}`),
        )),
    '',
  ].join('\n');
  if (text.length <= charactersMax) return text;
  return `${text.slice(0, charactersMax)}\n\`\`\`\n\nThe rest is left out here: it is longer than GitHub takes.\n`;
}

function totals(suites: readonly Suite[]): string {
  const told = gravity.flatMap((kind) => {
    const n = suites.filter((s) => s.verdict === kind).length;
    return n === 0 ? [] : [`${n} ${kind}`];
  });
  const runs = suites.reduce((n, s) => n + s.runs, 0);
  return `${suites.length} scenarios: ${told.join(', ') || 'none was run'}; ${runs} runs.`;
}

function storyLines(s: Suite, c: Case): string[] {
  if (c.kind !== 'violated' && c.kind !== 'unknown') return [];
  const text = c.kind === 'violated' ? violationText(s, c) : unknownText(s, c);
  const cut = text.length > storyMax ? `${text.slice(0, storyMax)}\n…` : text;
  // A fence that the text itself cannot end.
  const fence = '`'.repeat(Math.max(3, 1 + longestRun(cut, '`')));
  const title = `### ${marks[c.kind]}: ${cell(s.name)}, ${cell(c.name)}`;
  return [title, '', `${fence}text`, ...cut.split('\n'), fence, ''];
}

function details(title: string, lines: readonly string[]): string[] {
  return [`<details><summary>${title}</summary>`, '', ...lines, '', '</details>'];
}

function longestRun(text: string, char: string): number {
  let longest = 0;
  let run = 0;
  for (const c of text) {
    run = c === char ? run + 1 : 0;
    longest = Math.max(longest, run);
  }
  return longest;
}

/** In a table or a title nothing is markup. */
function cell(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll(/[\\`*_|[\]]/g, String.raw`\$&`)
    .replaceAll('\n', ' ');
}
