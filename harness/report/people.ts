/** What people read unless they ask for something else: verdicts as they come, stories, a sum. */
import { say, sayLines } from './output.ts';
import type { RecordOf } from './records.ts';
import type { Reporter, Said } from './reporter.ts';
import { count, plural, scenarioLines, totalLines, violationLines } from './terminal.ts';
import type { ScenarioFigures } from './terminal.ts';

/** More situations than these are counted, not told: whoever reads a hundred lines reads none. */
const toldMax = 12;

export class People implements Reporter {
  private plan: RecordOf<'plan'> | null = null;
  private skipped = 0;

  record(said: Said): void {
    if (said.type === 'plan') this.plan = said;
    else if (said.type === 'skipped') {
      this.skipped += 1;
      say(`- skipped    ${said.scenario}: ${said.reason}`);
    } else if (said.type === 'run' && said.counterexample !== null) {
      const { promise: invariant, replay: again, ...rest } = said.counterexample;
      sayLines(violationLines({ invariant, again, ...rest }));
    } else if (said.type === 'summary') this.summary(said);
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

function neverLines(s: RecordOf<'summary'>): string[] {
  return [
    ...s.neverReached.map(({ id, claim }) => `${claim} (${id})`),
    ...s.neverTried.slice(0, toldMax),
  ];
}
