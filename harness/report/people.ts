/** What people read unless they ask for something else: verdicts as they come, stories, a sum. */
import { say, sayLines } from './output.ts';
import type { RecordOf } from './records.ts';
import type { Reporter, Said } from './reporter.ts';
import {
  count,
  operationCounts,
  plural,
  scenarioLines,
  totalLines,
  verdictMark,
  violationLines,
} from './terminal.ts';
import type { ScenarioFigures } from './terminal.ts';
import { wrap } from './wrap.ts';

/** More situations than these are counted, not told: whoever reads a hundred lines reads none. */
const toldMax = 12;

export interface PeopleOptions {
  /**
   * Every verdict is explained, `holds` included. Gives what is known to break a promise, a line each: what
   * would have been seen.
   */
  readonly breaks?: (promise: string) => readonly string[];
}

export class People implements Reporter {
  private readonly options: PeopleOptions;
  private plan: RecordOf<'plan'> | null = null;
  private skipped = 0;

  constructor(options: PeopleOptions = {}) {
    this.options = options;
  }

  record(said: Said): void {
    if (said.type === 'plan') this.plan = said;
    else if (said.type === 'skipped') {
      this.skipped += 1;
      say(`- skipped    ${said.scenario}: ${said.reason}`);
    } else if (said.type === 'run') this.run(said);
    else if (said.type === 'summary') this.summary(said);
  }

  private run(said: RecordOf<'run'>): void {
    const { breaks } = this.options;
    if (breaks !== undefined) sayLines(verdictLines(said, breaks));
    if (said.counterexample !== null) {
      const { promise: invariant, replay: again, ...rest } = said.counterexample;
      sayLines(violationLines({ invariant, again, ...rest }));
    }
  }

  scenario(figures: ScenarioFigures): void {
    sayLines(scenarioLines(figures));
  }

  /** What was never reached says how much the verdicts mean, and changes none of them. */
  private summary(s: RecordOf<'summary'>): void {
    for (const what of neverLines(s)) say(`- never in ${s.runs} runs: ${what}`);
    const rest = s.neverTried.length - toldMax;
    if (rest > 0) say(`- and ${rest} more situations that no fault was tried in`);
    sayLines(totalLines(s));
    const mutant = this.plan?.mutant ?? null;
    if (mutant !== null && s.scenarios.violated === 0) say(`${mutant} was not caught.`);
    if (this.skipped > 0 && this.plan?.isSkippedUnknown === true) {
      say('What was skipped is not known.');
    }
    if (s.isInterrupted) say('Stopped before the end: what was not run is not known.');
    else if (s.notRun > 0 && mutant === null && this.plan?.failuresMax !== null) {
      say(
        `${plural(this.plan?.failuresMax ?? 0, 'violated run')}: ${count(s.notRun)} more were not run.`,
      );
    }
  }
}

/** Lines of text begin here: below the name of a promise. */
const textAt = 16;
/** Of what is known to break a promise, so many are told. */
const breaksMax = 3;

function verdictLines(r: RecordOf<'run'>, breaks: (id: string) => readonly string[]): string[] {
  const { effective, planned } = r.faults;
  return [
    ...wrap(
      `${r.scenario}, seed ${r.seed}: ${operationCounts(r.operations)}; ${effective} of ${plural(planned, 'fault')} took effect`,
      0,
      2,
    ),
    ...r.promises.flatMap((p) => promiseLines(p, breaks(p.id))),
    ...r.notPromised.flatMap((id) =>
      wrap(`- ${id} is not promised by this system: not judged`, 2, 4),
    ),
  ];
}

function promiseLines(p: RecordOf<'run'>['promises'][number], breaks: readonly string[]): string[] {
  const line = (what: string, text: string): string[] =>
    wrap(`${`    ${what}`.padEnd(textAt)}${text}`, 0, textAt);
  const told = breaks.slice(0, breaksMax);
  const more = breaks.length - told.length;
  return [
    `  ${verdictMark(p.verdict).trimEnd()}  ${p.id}`,
    ...(p.claim === null ? [] : line('claims', p.claim)),
    ...(p.basis === null ? [] : line(p.verdict === 'holds' ? 'checked' : 'because', p.basis)),
    ...p.sentences.flatMap((sentence) => line('but', sentence)),
    ...told.flatMap((what, i) => line(i === 0 ? 'would show' : '', what)),
    ...(more > 0 ? line('', `and ${plural(more, 'mutant')} more: antlion list`) : []),
  ];
}

function neverLines(s: RecordOf<'summary'>): string[] {
  return [
    ...s.neverReached.map(({ id, claim }) => `${claim} (${id})`),
    ...s.neverTried.slice(0, toldMax),
  ];
}
