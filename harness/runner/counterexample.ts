/** From a violated run to the shortest story of it: shrink, run once more, tell the steps. */
import type { Environment, Run } from '../core/environment.ts';
import { isOperation } from '../core/history.ts';
import type { History } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { System } from '../core/system.ts';
import type { Explanation } from '../core/verdict.ts';
import { amplifying } from './amplify.ts';
import { shrinking, size } from './shrink.ts';
import type { ShrinkStop } from './shrink.ts';
import type { Attempt, Minimal } from './trials.ts';
import type { Span } from './shrink-times.ts';
import { verdictOf } from './judge.ts';
import { stepsOf } from './narrate.ts';
import type { ReplayRecord } from './replay-record.ts';
import { stepping, toTheEnd } from './turns.ts';
import type { Search } from './turns.ts';

export interface Counterexample {
  readonly invariant: string;
  readonly claim: string;
  readonly explanation: Explanation;
  /** Numbered by position: faults and operations. */
  readonly steps: readonly string[];
  /** All that shows it again; `record.program` is the shrunk program. */
  readonly record: ReplayRecord;
  /** Faults and operations before and after shrinking. */
  readonly sizeBefore: number;
  /** Under how many of some freshly drawn noises it fails, per thousand. */
  readonly ratePermille: number;
  readonly attempts: number;
  /** What ended shrinking early. */
  readonly stopped: ShrinkStop | null;
  /** That no step can go; null where the budget ran out, or where a step was put back to show it more often. */
  readonly minimal: Minimal | null;
}

/** The simulation: running is a plain function there. */
export type Simulation = Environment<Run>;

export interface ShrinkBudget {
  /** Events of simulation that shrinking may take, and showing it more often with it. */
  readonly eventsMax: number;
  readonly noiseQuick: number;
  readonly noiseThorough: number;
  readonly noisesAmplify: number;
}

export const shrinkBudget: ShrinkBudget = {
  eventsMax: 5_000_000,
  noiseQuick: 3,
  noiseThorough: 30,
  noisesAmplify: 20,
};

export interface CounterexampleOptions {
  readonly build: string | null;
  readonly budget?: ShrinkBudget;
  /** The file that promise or system come from, if it is one of the user's. */
  readonly from?: string | null;
}

/**
 * Shrinks `failing`, which violates `invariant` in simulation, and explains what is left.
 * Deterministic: the same program gives the same counterexample.
 */
export function counterexample(
  simulation: Simulation,
  system: System,
  invariant: Invariant,
  failing: Program,
  options: CounterexampleOptions,
): Counterexample {
  const search = findCounterexample(system, invariant, failing, options);
  return toTheEnd(stepping(search, (p) => tryProgram(simulation, system, invariant, p)));
}

/** What a run of a program showed of one invariant. */
export interface Tried extends Attempt {
  readonly run: Run;
  readonly explanation: Explanation | null;
}

/** The same as a search that asks for each run; `tryProgram` does one. */
export function* findCounterexample(
  system: System,
  invariant: Invariant,
  failing: Program,
  options: CounterexampleOptions,
): Search<Tried, Counterexample> {
  const budget = options.budget ?? shrinkBudget;
  const small = yield* shrinking(failing, {
    workMax: budget.eventsMax,
    noiseQuick: budget.noiseQuick,
    noiseThorough: budget.noiseThorough,
  });
  const { program, ratePermille } = yield* amplifying(small.program, failing, {
    workMax: small.stopped === null ? budget.eventsMax - small.work : 0,
    noises: budget.noisesAmplify,
  });
  const { run, explanation } = yield program;
  return {
    invariant: invariant.id,
    claim: invariant.claim,
    explanation: explanation ?? { atUs: 0, sentences: [], ops: [] },
    steps: stepsOf(program, run.history, explanation?.ops),
    record: {
      system: system.name,
      invariant: invariant.id,
      program,
      pins: run.pins,
      traceHash: run.traceHash,
      build: options.build,
      from: options.from ?? null,
    },
    sizeBefore: size(failing),
    ratePermille,
    attempts: small.attempts,
    stopped: small.stopped,
    minimal: size(program) === size(small.program) ? small.minimal : null,
  };
}

export function tryProgram(
  simulation: Simulation,
  system: System,
  invariant: Invariant,
  program: Program,
): Tried {
  const run = simulation.run(system, program, { monitors: [invariant] });
  return triedOf(run, invariant, program);
}

/** The same of a run that is over. */
export function triedOf(run: Run, invariant: Invariant, program: Program): Tried {
  const verdict = verdictOf(invariant, run.history, program);
  const explanation = verdict.kind === 'violated' ? verdict.explanation : null;
  return {
    run,
    explanation,
    work: run.simulatedEvents ?? run.history.events.length,
    spans: spansOf(run.history),
    violatedUs: explanation === null ? null : Math.max(0, explanation.atUs - run.history.readyUs),
  };
}

function spansOf(history: History): ReadonlyMap<number, Span> {
  const spans = new Map<number, Span>();
  for (const e of history.events) {
    if (!isOperation(e)) continue;
    const atUs = e.timeUs - history.readyUs;
    spans.set(e.op, { fromUs: spans.get(e.op)?.fromUs ?? atUs, untilUs: atUs });
  }
  return spans;
}
