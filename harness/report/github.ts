/**
 * `--reporter github`: annotations, one for each promise of a scenario that was violated or is unknown,
 * and the summary of the job in Markdown. GitHub shows ten errors and ten warnings of a step, the first
 * ones: the summary has them all.
 */
import { againOf, headlineOf, pageOf, seedsOf } from './case-text.ts';
import { Cases } from './cases.ts';
import type { Case, Suite } from './cases.ts';
import type { Reporter, Said } from './reporter.ts';
import { summaryText } from './job-summary.ts';

/** Of each severity; GitHub drops more than these. */
const annotationsMax = 10;

export interface GithubOptions {
  /** A line of a workflow command. */
  readonly say: (line: string) => void;
  /** Adds to the summary of the job; null: there is no job. */
  readonly summary: ((text: string) => void) | null;
}

export class Github implements Reporter {
  private readonly cases: Cases;
  private readonly options: GithubOptions;

  constructor(options: GithubOptions, cases = new Cases()) {
    this.options = options;
    this.cases = cases;
  }

  record(said: Said): void {
    this.cases.add(said);
  }

  end(): void {
    for (const line of annotationLines(this.cases.suites)) this.options.say(line);
    this.options.summary?.(summaryText(this.cases));
  }
}

function annotationLines(suites: readonly Suite[]): string[] {
  const of = (kind: Case['kind']): { readonly s: Suite; readonly c: Case }[] =>
    suites.flatMap((s) => s.cases.flatMap((c) => (c.kind === kind ? [{ s, c }] : [])));
  return [...shortened(of('violated'), 'error'), ...shortened(of('unknown'), 'warning')];
}

type Level = 'error' | 'warning';

function shortened(all: readonly { s: Suite; c: Case }[], level: Level): string[] {
  const lines = all.map(({ s, c }) => annotation(level, s, c));
  const rest = lines.length - annotationsMax;
  if (rest <= 0) return lines;
  // The last place says how many had none.
  const more = `::${level} title=antlion::${escapeData(`and ${rest + 1} more, which the summary of the job has`)}`;
  return [...lines.slice(0, annotationsMax - 1), more];
}

function annotation(level: Level, s: Suite, c: Case): string {
  const [first] = c.violated;
  const file = s.from === null ? '' : `file=${escapeProperty(s.from)},`;
  const title = escapeProperty(`${s.name}: ${c.name} is ${c.kind}`);
  const facts = first === undefined ? c.reasons : first.sentences;
  const again =
    first === undefined
      ? []
      : [`In ${seedsOf(c)}.`, `See it: ${pageOf(first) ?? againOf(s, first)}`];
  const text = [...(facts.length > 0 ? facts : [headlineOf(c)]), ...again].join('\n');
  return `::${level} ${file}title=${title}::${escapeData(text)}`;
}

/** As GitHub's toolkit does (`core/command`). */
function escapeData(text: string): string {
  return text.replaceAll('%', '%25').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}

function escapeProperty(text: string): string {
  return escapeData(text).replaceAll(':', '%3A').replaceAll(',', '%2C');
}
