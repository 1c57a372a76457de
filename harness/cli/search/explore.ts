/** `antlion explore`: looks for states that no run has reached, for as long as it is given. */
import { parseDuration } from '../../core/duration.ts';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { tooManyUnknown } from '../../core/verdict.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { say, sayLines } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import { count, plural, violationLines } from '../../report/terminal.ts';
import type { ViolationStory } from '../../report/terminal.ts';
import type { Counterexample } from '../../runner/counterexample.ts';
import { requireMutant } from '../../runner/run-scenario.ts';
import { Exploration } from '../../runner/explore.ts';
import type { Explored, ExploreOptions } from '../../runner/explore.ts';
import type { LastFifth } from '../../runner/saturation.ts';
import { simulation } from '../../simulation/environment.ts';
import { buildDigest } from '../build.ts';
import type { ExploreFlags } from '../commands.ts';
import { withInterrupt } from '../interrupt.ts';
import { exploreFrame } from '../live/explore-frame.ts';
import type { ExploreScene } from '../live/explore-frame.ts';
import { requirePlainSimulation } from '../environments.ts';
import { inTurns, turn } from '../run/turns.ts';
import { counterexampleOf } from '../run/run-output.ts';
import { shortStory } from '../run/stories.ts';
import { crashPointsOf } from './crash-points.ts';
import type { Limit } from './crash-points.ts';
import { systemsOf } from '../products/systems.ts';
import { isPath } from '../files/load-module.ts';
import { openWorkspace } from '../workspace.ts';

/** A minute or so; by work, so that a slow machine comes to the same. */
const eventsUsual = 2_000_000;

/** Explores and prints; gives the exit code. */
export function exploreCommand(names: readonly string[], flags: ExploreFlags): Promise<number> {
  const limit = limitOf(flags);
  return withInterrupt(({ signal }) => exploreAll(names, flags, limit, signal));
}

/** The budget ends it, the number of runs or of events, whichever is first. */
function limitOf(flags: ExploreFlags): Limit {
  const { runs, events, budget } = flags;
  if (budget === undefined) {
    const usual = runs === undefined ? eventsUsual : Infinity;
    return { runs: runs ?? Infinity, events: events ?? usual, ms: Infinity };
  }
  const ms = parseDuration(budget) / 1_000;
  if (ms <= 0) {
    throw new HarnessError('E_USAGE', `budget is ${budget}, wanted more. Pass --budget 60s.`);
  }
  return { runs: runs ?? Infinity, events: events ?? Infinity, ms };
}

async function exploreAll(
  names: readonly string[],
  flags: ExploreFlags,
  limit: Limit,
  signal: AbortSignal,
): Promise<number> {
  const workspace = await openWorkspace({ config: flags.config, paths: names.filter(isPath) });
  const scenarios = whatMustHold(workspace.chosen(names));
  const system = onlySystemOf(scenarios);
  requirePlainSimulation(system, 'exploring');
  const options: ExploreOptions = {
    simulation: simulation(),
    system,
    scenarios,
    originOf: workspace.originOf,
    seed: flags.seed,
    mutant: requireMutant(system, flags.mutant),
    build: buildDigest(),
  };
  const { crashPoints, crashPairs, json: isJson } = flags;
  if (crashPoints) return crashPointsOf(options, crashPairs ?? 0, limit, { isJson, signal });
  if (crashPairs !== undefined) {
    throw new HarnessError(
      'E_USAGE',
      '--crash-pairs says how many second crashes follow each first. Pass --crash-points with it.',
    );
  }
  const exploration = new Exploration(options);
  const begunMs = performance.now();
  const elapsed = (): number => performance.now() - begunMs;
  const progress = new Progress();
  const out = new Output(flags.json, exploration);
  progress.watch({
    lines: (columns, rows) => exploreFrame(out.scene(limit, elapsed()), columns, rows),
    line: () => out.line(),
  });
  const isOver = (): boolean =>
    exploration.runs >= limit.runs || exploration.events >= limit.events || elapsed() >= limit.ms;
  while (!isOver() && !signal.aborted) {
    const explored = await inTurns(exploration.stepping(), signal);
    if (explored !== null) out.step(explored, elapsed());
    await turn();
  }
  progress.end();
  out.end(elapsed(), signal.aborted);
  return exploreExit(exploration);
}

/** A story that must break its promise says nothing new by breaking it. */
function whatMustHold(found: readonly Scenario[]): readonly Scenario[] {
  const scenarios = found.filter((s) => s.expect === 'holds');
  if (scenarios.length > 0) return scenarios;
  throw new HarnessError(
    'E_USAGE',
    `a violation is expected of ${found.map((s) => s.name).join(', ')}, wanted a scenario that must hold. See them all: antlion list.`,
  );
}

/** States of different systems cannot be compared. */
function onlySystemOf(scenarios: readonly Scenario[]): System {
  const [system, ...more] = systemsOf(scenarios);
  if (system !== undefined && more.length === 0) return system;
  throw new HarnessError(
    'E_USAGE',
    `these scenarios are of ${[system, ...more].map((s) => s?.name).join(', ')}, wanted one system. Name the scenarios of one.`,
  );
}

/** As of `run`: violated beats unknown, which is more than 1 % of the runs, or none at all. */
export function exploreExit(e: Pick<Exploration, 'violations' | 'runs' | 'unknown'>): number {
  if (e.violations.size > 0) return exitCodes.violated;
  return e.runs === 0 || tooManyUnknown(e.unknown, e.runs) ? exitCodes.unknown : exitCodes.holds;
}

class Output {
  private readonly isJson: boolean;
  private readonly exploration: Exploration;
  private newAtMs = 0;

  constructor(isJson: boolean, exploration: Exploration) {
    this.isJson = isJson;
    this.exploration = exploration;
  }

  /** What a run was the first to show, with the time and the run it took to get there. */
  step(e: Explored, atMs: number): void {
    const elapsedMs = Math.round(atMs);
    if (e.newStates.length > 0) this.newAtMs = atMs;
    for (const state of e.newStates) {
      const { run, origin } = e;
      if (this.isJson) sayRecord('state', { state, run, elapsedMs });
      else say(`${seconds(atMs)}  run ${String(run).padStart(5)}  ${origin.padEnd(7)}  ${state}`);
    }
    if (e.found === null) return;
    const story = foundStory(e, e.found, atMs);
    const { run, scenario } = e;
    if (!this.isJson) sayLines(violationLines(story));
    else {
      const counterexample = counterexampleOf(story);
      sayRecord('violation', { scenario, run, counterexample, elapsedMs });
    }
  }

  scene(limit: Limit, elapsedMs: number): ExploreScene {
    const { coverage, runs, events, unknown, violations } = this.exploration;
    const { newAtMs } = this;
    const sizes = { states: coverage.states.size, transitions: coverage.transitions.size };
    return { elapsedMs, limit, runs, events, unknown, ...sizes, newAtMs, violations };
  }

  line(): string {
    const { coverage, runs, unknown, violations } = this.exploration;
    const doubts = unknown === 0 ? '' : ` (${count(unknown)} unknown)`;
    return [
      `${plural(runs, 'run')}${doubts}`,
      plural(coverage.states.size, 'state'),
      plural(coverage.transitions.size, 'transition'),
      `${plural(violations.size, 'promise')} violated`,
    ].join(', ');
  }

  end(atMs: number, isInterrupted: boolean): void {
    const { coverage, situations, runs, unknown, events, violations, programsKept } =
      this.exploration;
    const { sometimes, lastFifth } = this.exploration;
    if (this.isJson) {
      sayRecord('exploration', {
        runs,
        unknown,
        events,
        states: coverage.states.size,
        transitions: coverage.transitions.size,
        situations: situations.count,
        neverTried: [...situations.never],
        neverReached: sometimes.never.map((s) => s.claim),
        lastFifth: { runs: lastFifth.runs, found: lastFifth.found },
        programsKept,
        violations: Object.fromEntries(violations),
        isInterrupted,
        elapsedMs: Math.round(atMs),
      });
      return;
    }
    const kept = plural(programsKept, 'program');
    say(`\n${this.line()}; ${plural(events, 'event')}, ${kept} kept, ${seconds(atMs).trim()}`);
    for (const line of [...sometimes.lines(), ...situations.lines()]) say(`- ${line}`);
    say(stopLine(lastFifth));
    const { lastDoubt } = this.exploration;
    if (lastDoubt !== null) say(`  unknown: ${lastDoubt}`);
    for (const [invariant, times] of violations) {
      say(`  ${invariant}: violated in ${plural(times, 'run')}`);
    }
    if (isInterrupted) say('Stopped before the end.');
  }
}

/** Is it worth going on? */
function stopLine({ runs, found, foundInAll }: LastFifth): string {
  const what = `The last fifth of the budget (${plural(runs, 'run')}) found`;
  if (found === 0)
    return `${what} nothing new: other scenarios or promises may tell more than more runs.`;
  return `${what} ${count(found)} of ${plural(foundInAll, 'state, transition and situation', 'states, transitions and situations')}: more runs will find more.`;
}

function foundStory(e: Explored, c: Counterexample, atMs: number): ViolationStory {
  const when = `run ${e.run} of ${e.scenario}, after ${seconds(atMs).trim()}`;
  return shortStory(c, `${when}; shrunk from ${c.sizeBefore} steps in ${c.attempts} tries`);
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1).padStart(6)} s`;
}
