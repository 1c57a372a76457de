/** What `run` and `verify` print: verdicts as they come, stories, a sum; for people or as JSON. */
import type { Scenario } from '../core/scenario.ts';
import { sayRecord } from '../report/json-lines.ts';
import { say, sayLines } from '../report/output.ts';
import type { RecordOf } from '../report/records.ts';
import { scenarioLines, totalLines, violationLines } from '../report/terminal.ts';
import type { ViolationStory } from '../report/terminal.ts';
import type { Situations } from '../runner/situations.ts';
import type { SometimesCoverage } from '../runner/sometimes.ts';
import type { RunReport } from './run-once.ts';
import { totalOf } from './summary.ts';
import type { Summary } from './summary.ts';

interface EndOptions {
  /** What the runs came across; null when that was not asked for. */
  readonly coverage: {
    readonly reached: SometimesCoverage;
    readonly situations: Situations;
  } | null;
  readonly isInterrupted: boolean;
  /** Was something skipped that was asked for? Then what holds is not all of it. */
  readonly isPartial?: boolean;
  /** The broken variant that was searched for. */
  readonly mutant: string | null;
}

export class RunOutput {
  private readonly isJson: boolean;
  private readonly told = new Set<Summary>();

  constructor(isJson: boolean) {
    this.isJson = isJson;
  }

  skipped(
    { name }: Scenario,
    environment: string,
    reason = `it does not run in ${environment}`,
  ): void {
    if (this.isJson) sayRecord('skipped', { scenario: name, environment, reason });
    else say(`- skipped    ${name}: ${reason}`);
  }

  run(report: RunReport): void {
    if (this.isJson) sayRun(report);
    else if (report.story !== null) sayLines(violationLines(report.story));
  }

  /** Once, as soon as its last run is over. */
  scenario(s: Summary, measured: readonly string[] = []): void {
    if (this.isJson || s.runs === 0 || this.told.has(s)) return;
    this.told.add(s);
    sayLines(scenarioLines({ ...s.figures(), measured }));
  }

  /** What was never reached says how much the verdicts mean, and changes none of them. */
  end(
    summaries: readonly Summary[],
    skipped: number,
    elapsedMs: number,
    { coverage, isInterrupted, isPartial = false, mutant }: EndOptions,
  ): void {
    const total = totalOf(summaries, skipped, elapsedMs);
    if (this.isJson) {
      const never = coverage?.reached.never ?? [];
      const neverReached = never.map(({ id, claim }) => ({ id, claim }));
      const neverTried = [...(coverage?.situations.never ?? [])];
      const isAll = !isInterrupted && !isPartial;
      const verdict = !isAll && total.verdict === 'holds' ? 'unknown' : total.verdict;
      sayRecord('summary', { ...total, verdict, neverReached, neverTried, isInterrupted });
      return;
    }
    for (const line of coverage?.reached.lines() ?? []) say(`- ${line}`);
    for (const line of coverage?.situations.lines() ?? []) say(`- ${line}`);
    sayLines(totalLines(total));
    if (mutant !== null && total.verdict !== 'violated') say(`${mutant} was not caught.`);
    if (isPartial) say('What was skipped is not known.');
    if (isInterrupted) say('Stopped before the end: what was not run is not known.');
  }
}

/** One line of `--json`. */
function sayRun({ story, ...report }: RunReport): void {
  const counterexample = story === null ? null : counterexampleOf(story);
  sayRecord('run', { ...report, counterexample });
}

/** A story as programs get it. */
export function counterexampleOf(story: ViolationStory): RecordOf<'violation'>['counterexample'] {
  const { invariant, claim, sentences, steps, note, token, again } = story;
  return {
    promise: invariant,
    claim,
    sentences: [...sentences],
    steps: [...steps],
    note,
    token,
    replay: again,
  };
}
