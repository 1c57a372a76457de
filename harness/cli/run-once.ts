/** One run of one scenario, with its story when a promise was broken. */
import type { Run } from '../core/environment.ts';
import type { HistoryEvent } from '../core/history.ts';
import type { Program, Settings } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { Verdict, VerdictKind } from '../core/verdict.ts';
import { keepCounterexample } from '../report/counterexamples.ts';
import type { ViolationStory } from '../report/terminal.ts';
import { counterexample } from '../runner/counterexample.ts';
import type { Simulation } from '../runner/counterexample.ts';
import { programOf, runScenario } from '../runner/run-scenario.ts';
import type { ScenarioRun } from '../runner/run-scenario.ts';
import type { Reached } from '../runner/sometimes.ts';
import type { Situations } from '../runner/situations.ts';
import { stepsOf } from '../runner/steps.ts';
import type { ReplayRecord } from '../runner/replay-record.ts';
import { encodeToken, replayArgument } from '../runner/token.ts';
import { buildDigest } from './build.ts';
import type { OpenEnvironment } from './environments.ts';

/** Live progress is drawn anew this often. */
const progressUs = 200_000;

export interface RunReport {
  readonly scenario: string;
  readonly env: string;
  readonly seed: number;
  readonly verdict: VerdictKind;
  readonly operations: number;
  readonly faultsFelt: number;
  readonly traceHash: string | null;
  readonly story: ViolationStory | null;
  readonly leftovers: readonly string[];
  /** Why it is not simply `holds`. */
  readonly remarks: readonly string[];
  /** What the claim was not held against, though the scenario says so: a sentence each. */
  readonly narrowed: readonly string[];
  /** The promises that were judged: those of the scenario that the system makes. */
  readonly judged: readonly string[];
  readonly elapsedMs: number;
}

export interface RunOnceOptions {
  readonly seed: number;
  readonly mutant: string | null;
  /** Shrink a violation; otherwise tell it as it happened. */
  readonly isShrunk: boolean;
  /** What is going on right now, in a few words: called often. */
  readonly onProgress: (what: string) => void;
  /** Is shown every run, to tell in the end what none of them came across. */
  readonly reached?: Reached;
  /** Likewise, for the situations that no fault was tried in. */
  readonly situations?: Situations;
  /** The command that shows a violation again; `antlion replay` unless told. */
  readonly again?: string;
  /** The file that the scenario comes from, if it is one of the user's. */
  readonly from?: string | null;
  /** Added to the program's settings for the system. */
  readonly extra?: Settings['extra'];
}

export async function runOnce(
  environment: OpenEnvironment,
  system: System,
  scenario: Scenario,
  options: RunOnceOptions,
): Promise<RunReport> {
  const begunMs = performance.now();
  const drawn = programOf(scenario, options.seed, environment.name, options.mutant);
  const extra = { ...drawn.settings.extra, ...options.extra };
  const asked = { ...drawn, settings: { ...drawn.settings, extra } };
  const result = await runScenario<Run | Promise<Run>>(environment, system, scenario, asked, {
    ...(environment.name !== 'simulation' && { onEvent: follow(options.onProgress) }),
  });
  const { judgement, run, program } = result;
  options.reached?.add(run.history, program);
  options.situations?.add(run.history.events, program);
  const violated = judgement.verdicts.find((v) => v.kind === 'violated');
  let story: ViolationStory | null = null;
  // What breaks a promise as it must has nothing to tell.
  if (violated?.kind === 'violated' && scenario.expect === 'holds') {
    options.onProgress('shrinking …');
    story =
      environment.name === 'simulation' && options.isShrunk
        ? shrunkStory(environment as Simulation, system, result, options, violated)
        : plainStory(system, program, run, violated, options);
  }
  return {
    scenario: scenario.name,
    env: environment.name,
    seed: options.seed,
    verdict: result.verdict,
    operations: judgement.operations,
    faultsFelt: judgement.faultsFelt,
    traceHash: run.traceHash,
    story,
    leftovers: run.leftovers,
    remarks: [
      ...(result.expectation === null ? [] : [result.expectation]),
      ...judgement.verdicts.flatMap((v) =>
        v.kind === 'unknown' ? [`${v.invariant}: ${v.reason}`] : [],
      ),
      ...judgement.remarks,
      ...(result.notPromised.length === scenario.promises.length
        ? [`${system.name} promises none of ${scenario.promises.join(', ')}`]
        : []),
    ],
    narrowed: [
      ...result.narrowed,
      ...run.skippedFaults.map(({ what, reason }) => `not ${what}: ${reason}`),
    ],
    judged: scenario.promises.filter((id) => !result.notPromised.includes(id)),
    elapsedMs: Math.round(performance.now() - begunMs),
  };
}

/** Real runs take their time: says what happened so far, not more often than a person can read. */
export function follow(say: (what: string) => void): (e: HistoryEvent) => void {
  let done = 0;
  let faults = 0;
  let saidUs = 0;
  return (e) => {
    if (e.type === 'ok' || e.type === 'fail' || e.type === 'info') done += 1;
    if (e.type === 'fault') faults += e.phase === 'begin' ? 1 : e.phase === 'end' ? -1 : 0;
    if (e.timeUs < saidUs + progressUs) return;
    saidUs = e.timeUs;
    say(`${Math.floor(e.timeUs / 1_000_000)} s, ${done} operations, ${faults} faults in force`);
  };
}

type Violated = Extract<Verdict, { kind: 'violated' }>;

function shrunkStory(
  simulation: Simulation,
  system: System,
  { program, invariants }: ScenarioRun,
  { seed, from }: RunOnceOptions,
  violated: Violated,
): ViolationStory {
  const invariant = invariants.find((i) => i.id === violated.invariant);
  if (invariant === undefined) throw new Error(`no invariant ${violated.invariant}`);
  const c = counterexample(simulation, system, invariant, program, {
    build: buildDigest(),
    from: from ?? null,
  });
  return {
    invariant: c.invariant,
    claim: c.claim,
    sentences: c.explanation.sentences,
    steps: c.steps,
    token: encodeToken(c.record),
    again: `antlion replay ${replayArgument(c.record, keepCounterexample)}`,
    note: `seed ${seed}, shrunk from ${c.sizeBefore} steps to ${c.steps.length} in ${c.attempts} tries; shows under ${Math.round(c.ratePermille / 10)} % of the noise${c.isCut ? '; stopped by the budget' : ''}`,
  };
}

/** Told as it happened: real time cannot be run again cheaply. */
function plainStory(
  system: System,
  program: Program,
  run: Run,
  violated: Violated,
  { seed, again, from }: RunOnceOptions,
): ViolationStory {
  const record: ReplayRecord = {
    system: system.name,
    invariant: violated.invariant,
    program,
    pins: run.pins,
    traceHash: run.traceHash,
    build: buildDigest(),
    from: from ?? null,
  };
  return {
    invariant: violated.invariant,
    claim: violated.claim,
    sentences: violated.explanation.sentences,
    steps: stepsOf(program, run.history, violated.explanation.ops),
    note: `seed ${seed}, as it happened, not shrunk`,
    token: encodeToken(record),
    again: again ?? `antlion replay ${replayArgument(record, keepCounterexample)}`,
  };
}
