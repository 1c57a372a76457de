/** What a red case says: the contradiction, where it was seen, and the commands that show it. */
import type { Case, Finding, Suite } from './cases.ts';
import { numberedSteps } from './steps.ts';

/** Seeds that are named; the others are counted. */
const seedsMax = 10;

/** One line: the facts that contradict each other; or why nothing is known. */
export function headlineOf(c: Case): string {
  const [first] = c.violated;
  const sentences = first === undefined ? c.reasons : first.sentences;
  const text = sentences.join(' ').replaceAll(/\s+/g, ' ');
  return text === '' ? `${c.name}: ${c.kind}` : text;
}

/** `seed 7, and 3 more of 100 runs: 9, 12, 40`. */
export function seedsOf(c: Case): string {
  const [first, ...rest] = c.violated;
  if (first === undefined) return '';
  const own = `seed ${first.seed}`;
  if (rest.length === 0) return c.runs === 1 ? own : `${own}, 1 of ${c.runs} runs`;
  const named = rest.slice(0, seedsMax).map((f) => f.seed);
  const more = rest.length > named.length ? ', …' : '';
  return `${own}, and ${rest.length} more of ${c.runs} runs: ${named.join(', ')}${more}`;
}

/** The command that shows it again. */
export function againOf(s: Suite, f: Finding): string {
  if (f.counterexample !== null) return f.counterexample.replay;
  return s.environment === 'recorded' ? s.again : `${s.again} --seed ${f.seed}`;
}

/** Where the page is written that a person is told to open. */
const pageFile = 'contradiction.html';

/** The command that shows it as a page, which opens at the contradiction; null: the other one does. */
export function pageOf({ counterexample }: Finding): string | null {
  const isReplay = counterexample?.replay.startsWith('antlion replay ') === true;
  return isReplay ? `${counterexample?.replay} --report ${pageFile}` : null;
}

/** All of it, in lines. */
export function violationText(s: Suite, c: Case): string {
  const [first] = c.violated;
  if (first === undefined) return '';
  const { counterexample } = first;
  const page = pageOf(first);
  return [
    `${c.name} is violated${c.claim === null ? '.' : `: ${c.claim}`}`,
    '',
    ...first.sentences.map((sentence) => `  ${sentence}`),
    '',
    ...(counterexample === null
      ? []
      : [`(${counterexample.note})`, ...numberedSteps(counterexample.steps), '']),
    ...(s.environment === 'recorded' ? [] : [`In:            ${s.name}, ${seedsOf(c)}`]),
    `See it again:  ${againOf(s, first)}`,
    ...(page === null ? [] : [`As a page:     ${page}`]),
    ...(counterexample === null ? [] : [`Token:         ${counterexample.token}`]),
  ].join('\n');
}

/** Why it is unknown: never a pass, and no failure of the system either. */
export function unknownText(s: Suite, c: Case): string {
  const of = c.runs === 0 ? '' : ` in ${c.unknownRuns} of ${c.runs} runs`;
  return [
    `${c.name} is unknown${of}: nothing was proved.`,
    ...c.reasons.map((reason) => `  ${reason}`),
    ...(s.again === '' || c.runs === 0 ? [] : [`Run it again:  ${s.again}`]),
  ].join('\n');
}
