/** Violations as stories: shrunk in simulation, as they happened elsewhere. */
import { workFactorOf } from '../../core/environment.ts';
import type { Run } from '../../core/environment.ts';
import type { Program } from '../../core/program.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import type { Verdict } from '../../core/verdict.ts';
import { keepCounterexample } from '../../report/counterexamples.ts';
import { countSteps } from '../../report/steps.ts';
import type { ViolationStory } from '../../report/terminal.ts';
import { findCounterexample, shrinkBudget, triedOf } from '../../runner/counterexample.ts';
import type { Counterexample, Tried } from '../../runner/counterexample.ts';
import type { Judgement } from '../../runner/judge.ts';
import { stepsOf } from '../../runner/narrate.ts';
import type { ReplayRecord } from '../../runner/replay-record.ts';
import type { ScenarioRun } from '../../runner/run-scenario.ts';
import { size } from '../../runner/shrink.ts';
import { encodeToken, replayArgument } from '../../runner/token.ts';
import { buildDigest } from '../build.ts';
import type { OpenEnvironment } from '../environments.ts';
import type { Live } from '../live/watch-run.ts';
import { searchInTurns } from './turns.ts';

/** What was run, and how it is to be told. */
interface Ground {
  readonly environment: OpenEnvironment;
  readonly system: System;
  readonly scenario: Scenario;
  readonly program: Program;
  readonly options: {
    readonly seed: number;
    readonly isShrunk: boolean;
    readonly shrinkEventsMax?: number | undefined;
    readonly signal: AbortSignal;
    readonly live?: Live;
    readonly from?: string | null;
    readonly again?: string;
  };
}

type Violated = Extract<Verdict, { kind: 'violated' }>;

/** The story of what was violated first, shrunk where that was asked for; null when nothing was. */
export async function storyOf(
  g: Ground,
  { judgement, run, invariants }: ScenarioRun,
): Promise<ViolationStory | null> {
  const { environment, system, program, options } = g;
  const violated = violatedOf(g, judgement);
  if (violated === null) return null;
  if (environment.time === 'real' || !options.isShrunk) {
    return plainStory(g, run, violated, notShrunk);
  }
  options.live?.progress.update(`${options.live.title}: shrinking …`);
  const invariant = invariants.find((i) => i.id === violated.invariant);
  if (invariant === undefined) throw new Error(`no invariant ${violated.invariant}`);
  const { shrinkEventsMax: eventsMax = shrinkBudget.eventsMax } = options;
  const budget = { ...shrinkBudget, eventsMax };
  const about = { build: buildDigest(), from: options.from ?? null, budget };
  const attempt = async (p: Program): Promise<Tried> => {
    const again = await environment.run(system, p, { monitors: [invariant] });
    const tried = triedOf(again, invariant, p);
    return { ...tried, work: tried.work * workFactorOf(system) };
  };
  const search = findCounterexample(system, invariant, program, about);
  const c = await searchInTurns(search, attempt, options.signal);
  return c === null
    ? plainStory(g, run, violated, 'stopped before it was shrunk')
    : shrunkStory(c, options.seed);
}

/** The same, not shrunk. */
export function asItHappened(g: Ground, { judgement, run }: ScenarioRun): ViolationStory | null {
  const violated = violatedOf(g, judgement);
  return violated === null ? null : plainStory(g, run, violated, notShrunk);
}

/** What breaks a promise as it must has nothing to tell. */
function violatedOf({ scenario }: Ground, { verdicts }: Judgement): Violated | null {
  const violated = verdicts.find((v) => v.kind === 'violated');
  return violated?.kind === 'violated' && scenario.expect === 'holds' ? violated : null;
}

const notShrunk = 'as it happened: what contradicts and the faults then; not shrunk';

const stops = {
  budget: 'stopped by the budget (--shrink-events)',
  length: 'not shrunk further, as most of it is needed',
} as const;

function shrunkStory(c: Counterexample, seed: number): ViolationStory {
  const stopped = c.stopped === null ? '' : `; ${stops[c.stopped]}`;
  const { minimal } = c;
  const needed =
    minimal === null
      ? ''
      : `; each step is needed: ${minimal.singles} single removals, ${minimal.noises} noises each, none showed it`;
  // Not all of a long story is told.
  const left = Math.max(countSteps(c.steps), size(c.record.program));
  const note = `seed ${seed}; shrunk from ${c.sizeBefore} steps to ${left} in ${c.attempts} tries; shows under ${Math.round(c.ratePermille / 10)} % of the noise${needed}${stopped}`;
  return shortStory(c, note);
}

/** A counterexample as it is told. `note`: how it was found and shrunk. */
export function shortStory(c: Counterexample, note: string): ViolationStory {
  return {
    invariant: c.invariant,
    claim: c.claim,
    sentences: c.explanation.sentences,
    steps: c.steps,
    token: encodeToken(c.record),
    again: `antlion replay ${replayArgument(c.record, keepCounterexample)}`,
    note,
  };
}

/** Told as it happened: real time cannot be run again cheaply. */
function plainStory(g: Ground, run: Run, violated: Violated, note: string): ViolationStory {
  const { system, program, options } = g;
  const record: ReplayRecord = {
    system: system.name,
    invariant: violated.invariant,
    program,
    pins: run.pins,
    traceHash: run.traceHash,
    build: buildDigest(),
    from: options.from ?? null,
  };
  return {
    invariant: violated.invariant,
    claim: violated.claim,
    sentences: violated.explanation.sentences,
    steps: stepsOf(program, run.history, violated.explanation.ops),
    note: `seed ${options.seed}; ${note}`,
    token: encodeToken(record),
    again: options.again ?? `antlion replay ${replayArgument(record, keepCounterexample)}`,
  };
}
