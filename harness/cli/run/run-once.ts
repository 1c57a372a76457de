/** One run of one scenario, with its story when a promise was broken. */
import type { Run } from '../../core/environment.ts';
import { countOperations } from '../../core/history.ts';
import type { History, HistoryEvent } from '../../core/history.ts';
import type { Invariant } from '../../core/invariant.ts';
import type { Program, Settings } from '../../core/program.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import type { Verdict } from '../../core/verdict.ts';
import { FigureBook } from '../../metrics/figures.ts';
import type { RunMetrics } from '../../metrics/run-metrics.ts';
import type { RecordOf } from '../../report/records.ts';
import type { ViolationStory } from '../../report/terminal.ts';
import { programOf, runScenario } from '../../runner/run-scenario.ts';
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import type { SometimesCoverage } from '../../runner/sometimes.ts';
import type { Situations } from '../../runner/situations.ts';
import type { OpenEnvironment } from '../environments.ts';
import { writeHistory } from '../files/history-file.ts';
import { watchRun } from '../live/watch-run.ts';
import type { Live } from '../live/watch-run.ts';
import { differenceOf, isRunAgain, sameAgain } from './same-again.ts';
import { asItHappened, storyOf } from './stories.ts';

export interface RunReport extends Omit<RecordOf<'run'>, 'counterexample' | 'elapsedMs'> {
  readonly story: ViolationStory | null;
  readonly elapsedMs: number;
}

/** What depends on the runs before it where they are not all in one command. */
export interface RunPart {
  /** Of a story that was shrunk: as it happened. */
  readonly asItHappened: ViolationStory | null;
  readonly run: Run;
  readonly program: Program;
}

export interface RunOnceOptions {
  readonly seed: number;
  readonly mutant: string | null;
  /** Shrink a violation; otherwise tell it as it happened. */
  readonly isShrunk: boolean;
  /** Events of simulation that shrinking may take; as usual by default. */
  readonly shrinkEventsMax?: number | undefined;
  /** Stops the run and the shrinking; what there is by then is reported. */
  readonly signal: AbortSignal;
  /** Where a run in real time is shown while it goes on. */
  readonly live?: Live;
  /** Is shown every run, to tell in the end what none of them came across. */
  readonly reached?: SometimesCoverage;
  /** Likewise, for the situations that no fault was tried in. */
  readonly situations?: Situations;
  /** The command that shows a violation again; `antlion replay` by default. */
  readonly again?: string;
  /** The file that the scenario comes from, if it is one of the user's. */
  readonly from?: string | null;
  /** Added to the program's settings for the system. */
  readonly extra?: Settings['extra'];
  /** Is shown the run, and what was said of its promises. */
  readonly metrics?: RunMetrics | undefined;
  /** Gathers figures over several runs. */
  readonly figures?: FigureBook | undefined;
  /** Is shown the run with its report; null: it was stopped before it was judged. */
  readonly onReport?: (report: RunReport, result: ScenarioRun | null) => Promise<void>;
  /** Is told what `merge` wants to know of a run besides its report. */
  readonly onPart?: ((part: RunPart) => void) | undefined;
  /** Writes the history of the run to this folder. */
  readonly historyFolder?: string | undefined;
}

export async function runOnce(
  environment: OpenEnvironment,
  system: System,
  scenario: Scenario,
  options: RunOnceOptions,
): Promise<RunReport> {
  const begunMs = performance.now();
  const drawn = programOf(scenario, options.seed, environment.time, options.mutant);
  const extra = { ...drawn.settings.extra, ...options.extra };
  const asked = { ...drawn, settings: { ...drawn.settings, extra } };
  const ground = { environment, system, scenario, program: asked, options, begunMs };
  /** What has happened so far, in case it is stopped: simulation cannot be, and keeps its own. */
  const seen: HistoryEvent[] = [];
  let show: (e: HistoryEvent) => void = () => undefined;
  const onEvent = (e: HistoryEvent): void => {
    seen.push(e);
    show(e);
  };
  let result: ScenarioRun;
  let difference: string | null = null;
  const isLive = environment.time === 'real';
  if (isLive && options.live !== undefined) {
    show = watchRun(options.live, environment, system, asked);
  }
  try {
    result = await runScenario<Run | Promise<Run>>(environment, system, scenario, asked, {
      ...(isLive && { onEvent }),
    });
    difference = await selfDifference(ground, result);
  } catch (error) {
    if (!options.signal.aborted) throw error;
    const report = stoppedReport(ground, seen, error);
    await options.onReport?.(report, null);
    return report;
  }
  const { run, program } = result;
  options.reached?.add(run.history, program);
  options.situations?.add(run.history.events, program);
  options.metrics?.add(
    run.history,
    program,
    result.judgement.verdicts.map((v) => ({ id: v.invariant, verdict: v.kind })),
  );
  options.figures?.add(run.history.events);
  // As it was run: the environment may have changed the drawn one.
  const done = { ...ground, program };
  // There is no shrinking what differs from try to try.
  const isShrunk = options.isShrunk && difference === null;
  const story = await storyOf({ ...done, options: { ...options, isShrunk } }, result);
  const report = withDifference(reportOf(done, result, story), difference);
  options.onPart?.({ asItHappened: asItHappened(done, result), run, program });
  await options.onReport?.(report, result);
  return report;
}

/** How the run differs from itself; null: it does not, or time is real, or it was not run again. */
async function selfDifference(
  { environment, system, options }: Ground,
  { run, program, invariants, judgement }: ScenarioRun,
): Promise<string | null> {
  if (environment.time === 'real' || !isRunAgain(options.seed, judgement.verdict)) return null;
  return differenceOf(run, await environment.run(system, program, { monitors: invariants }));
}

/** Nothing is proved by a run that differs from itself; what it broke it broke all the same. */
function withDifference(report: RunReport, difference: string | null): RunReport {
  if (difference === null) return report;
  if (report.verdict === 'violated') {
    return { ...report, remarks: [...report.remarks, `${sameAgain}: ${difference}`] };
  }
  const verdict = 'unknown' as const;
  const doubt = { id: sameAgain, claim: null, verdict, basis: difference, sentences: [] };
  return { ...report, verdict, promises: [...report.promises, doubt] };
}

interface Ground {
  readonly environment: OpenEnvironment;
  readonly system: System;
  readonly scenario: Scenario;
  readonly program: Program;
  readonly options: RunOnceOptions;
  readonly begunMs: number;
}

function reportOf(g: Ground, result: ScenarioRun, story: ViolationStory | null): RunReport {
  const { judgement, run, notPromised } = result;
  const { program } = g;
  const verdicts = Object.fromEntries(judgement.verdicts.map((v) => [v.invariant, v.kind]));
  return {
    scenario: g.scenario.name,
    seed: g.options.seed,
    environment: g.environment.name,
    verdict: result.verdict,
    promises: judgement.verdicts.map((v) => promiseOf(result.invariants, v)),
    notPromised: [...notPromised],
    operations: countOperations(run.history),
    faults: {
      planned: program.faults.length,
      effective: judgement.faultsEffective,
      skipped: run.skippedFaults.map(({ fault, what, reason }) => ({ fault, what, reason })),
    },
    traceHash: run.traceHash,
    story,
    narrowed: [...result.narrowed],
    leftovers: [...run.leftovers],
    figures: figuresOf(run.history),
    remarks: [...(result.expectation === null ? [] : [result.expectation]), ...judgement.remarks],
    history: write(g, run.history, verdicts, true),
    elapsedMs: elapsed(g),
  };
}

/** Nothing is proved by a run that was stopped; what it had is told, and kept. */
function stoppedReport(g: Ground, seen: readonly HistoryEvent[], error: unknown): RunReport {
  const events = seen.toSorted((a, b) => a.timeUs - b.timeUs);
  const history: History = { events, readyUs: 0, endUs: events.at(-1)?.timeUs ?? 0 };
  return {
    scenario: g.scenario.name,
    seed: g.options.seed,
    environment: g.environment.name,
    verdict: 'unknown',
    promises: [],
    notPromised: [],
    operations: countOperations(history),
    faults: { planned: g.program.faults.length, effective: 0, skipped: [] },
    traceHash: null,
    story: null,
    narrowed: [],
    leftovers: [],
    figures: figuresOf(history),
    remarks: [error instanceof Error ? error.message : String(error)],
    history: write(g, history, {}, false),
    elapsedMs: elapsed(g),
  };
}

function figuresOf({ events }: History): RunReport['figures'] {
  const book = new FigureBook();
  book.add(events);
  return book.figures().map((f) => ({ ...f, labels: { ...f.labels } }));
}

function elapsed({ begunMs }: Ground): number {
  return Math.round(performance.now() - begunMs);
}

function write(
  g: Ground,
  history: History,
  verdicts: Readonly<Record<string, string>>,
  isComplete: boolean,
): string | null {
  const { historyFolder, seed } = g.options;
  if (historyFolder === undefined) return null;
  return writeHistory(historyFolder, `${g.scenario.name}-seed${seed}`, history, {
    system: g.system.name,
    environment: g.environment.name,
    seed,
    program: g.program,
    isComplete,
    verdicts,
  });
}

function promiseOf(invariants: readonly Invariant[], v: Verdict): RunReport['promises'][number] {
  const invariant = invariants.find((i) => i.id === v.invariant);
  return {
    id: v.invariant,
    claim: invariant?.claim ?? null,
    verdict: v.kind,
    basis: v.kind === 'holds' ? v.basis : v.kind === 'unknown' ? v.reason : null,
    sentences: v.kind === 'violated' ? [...v.explanation.sentences] : [],
  };
}
