/** `antlion explore --crash-points`: the beginning of each scenario, with a kill at each point that it has, or two. */
import type { Scenario } from '../../core/scenario.ts';
import { exitCodes } from '../../core/errors.ts';
import { tooManyUnknown } from '../../core/verdict.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import { count, plural, violationLines } from '../../report/terminal.ts';
import { CrashPointSearch } from '../../runner/crash-points.ts';
import { counterexampleOfRun } from '../../runner/counterexample-of-run.ts';
import type { ExploreOptions } from '../../runner/explore.ts';
import { programOf } from '../../runner/run-scenario.ts';
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import { counterexampleOf } from '../run/run-output.ts';
import { shortStory } from '../run/stories.ts';
import { inTurns, turn } from '../run/turns.ts';

/** Whichever comes first ends a search. */
export interface Limit {
  readonly runs: number;
  readonly events: number;
  readonly ms: number;
}

/** Lines of what was not tried; the rest is counted. */
const untriedShown = 4;

/** Searches and prints, an equal part of the limit for each scenario; gives the exit code. */
export async function crashPointsOf(
  options: ExploreOptions,
  pairsWithin: number,
  { runs, events, ms }: Limit,
  { isJson, signal }: { readonly isJson: boolean; readonly signal: AbortSignal },
): Promise<number> {
  const parts = options.scenarios.length;
  const limit = { runs: Math.ceil(runs / parts), events: events / parts, ms: ms / parts };
  const told = new Set<string>();
  const sum = { runs: 0, unknown: 0, violated: 0 };
  for (const scenario of options.scenarios) {
    if (signal.aborted) break;
    const one = new OneScenario(options, scenario, { told, pairsWithin });
    await one.search(limit, isJson, signal);
    sum.runs += one.points.runs;
    sum.unknown += one.points.unknown;
    sum.violated += one.violations.size;
  }
  if (sum.violated > 0) return exitCodes.violated;
  const isUnknown = sum.runs === 0 || tooManyUnknown(sum.unknown, sum.runs);
  return isUnknown ? exitCodes.unknown : exitCodes.holds;
}

class OneScenario {
  readonly points: CrashPointSearch;
  /** How often each promise was broken. */
  readonly violations = new Map<string, number>();
  private readonly o: ExploreOptions;
  private readonly scenario: Scenario;
  /** Promises of which a counterexample has been shown. */
  private readonly told: Set<string>;
  private readonly pairsWithin: number;

  constructor(
    options: ExploreOptions,
    scenario: Scenario,
    { told, pairsWithin }: { readonly told: Set<string>; readonly pairsWithin: number },
  ) {
    const { simulation, system, seed, mutant } = options;
    this.o = options;
    this.scenario = scenario;
    this.told = told;
    this.pairsWithin = pairsWithin;
    const program = programOf(scenario, seed, 'virtual', mutant);
    this.points = new CrashPointSearch(simulation, system, scenario, program, pairsWithin);
  }

  async search(limit: Limit, isJson: boolean, signal: AbortSignal): Promise<void> {
    const { points } = this;
    const begunMs = performance.now();
    const elapsedMs = (): number => Math.round(performance.now() - begunMs);
    const isLimited = (): boolean =>
      points.runs >= limit.runs || points.events >= limit.events || elapsedMs() >= limit.ms;
    while (!points.isOver && !isLimited() && !signal.aborted) {
      await this.violation(points.step().done, elapsedMs, isJson, signal);
      await turn();
    }
    if (isJson) this.record(elapsedMs(), signal.aborted);
    else sayLines(this.lines(signal.aborted));
  }

  /** The first of each promise is shrunk and shown. */
  private async violation(
    done: ScenarioRun,
    elapsedMs: () => number,
    isJson: boolean,
    signal: AbortSignal,
  ): Promise<void> {
    const violated = done.judgement.verdicts.find((v) => v.kind === 'violated');
    if (violated === undefined) return;
    const { invariant } = violated;
    this.violations.set(invariant, (this.violations.get(invariant) ?? 0) + 1);
    if (this.told.has(invariant)) return;
    this.told.add(invariant);
    const from = this.o.originOf?.(this.scenario) ?? null;
    const found = await inTurns(counterexampleOfRun(done, { ...this.o, from }), signal);
    if (found === null) return;
    const { runs: run } = this.points;
    const when = `run ${run} of ${this.scenario.name}`;
    const story = shortStory(
      found,
      `${when}; shrunk from ${found.sizeBefore} steps in ${found.attempts} tries`,
    );
    if (!isJson) return sayLines(violationLines(story));
    const [scenario, counterexample] = [this.scenario.name, counterexampleOf(story)];
    sayRecord('violation', { scenario, run, counterexample, elapsedMs: elapsedMs() });
  }

  private lines(isInterrupted: boolean): string[] {
    const { tried, pairs, runs, unknown, untried } = this.points;
    const twice = this.pairsWithin === 0 ? '' : ` and ${plural(pairs, 'pair')} of them`;
    const all = untried.length === 0 ? ': all that there are' : ', not all';
    const doubts = unknown === 0 ? '' : `, ${count(unknown)} unknown`;
    const broken = [...this.violations].map(
      ([invariant, times]) => `  ${invariant}: violated in ${plural(times, 'run')}`,
    );
    const rest = untried.length - untriedShown;
    return [
      `${this.scenario.name}: ${plural(tried, 'crash point')}${twice} tried in ${plural(runs, 'run')}${doubts}${all}`,
      ...broken,
      ...untried.slice(0, untriedShown).map((line) => `  not tried: ${line}`),
      ...(rest > 0 ? [`  not tried: ${count(rest)} more kinds and nodes`] : []),
      ...(this.pairsWithin === 0 ? [] : [this.farther()]),
      ...(isInterrupted ? ['Stopped before the end.'] : []),
    ];
  }

  /** What pairs leave out by decree. */
  private farther(): string {
    const within = plural(this.pairsWithin, 'point');
    return `  not looked for: second crashes later than ${within} of their node and kind after the first, and third ones`;
  }

  private record(elapsedMs: number, isInterrupted: boolean): void {
    const { runs, events, tried, pairs, untried, unknown } = this.points;
    sayRecord('crashPoints', {
      scenario: this.scenario.name,
      ...{ runs, events, tried, pairs, untried: [...untried], unknown },
      violations: Object.fromEntries(this.violations),
      isInterrupted,
      elapsedMs,
    });
  }
}
