/** What one property tries, in order, and what its runs have shown so far. */
import { assert } from '../core/assert.ts';
import { workFactorOf } from '../core/environment.ts';
import type { Run } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Invariant } from '../core/invariant.ts';
import { Prng } from '../core/prng.ts';
import type { Program } from '../core/program.ts';
import type { Verdict } from '../core/verdict.ts';
import { findCounterexample, shrinkBudget, triedOf } from './counterexample.ts';
import type { Tried } from './counterexample.ts';
import { drawProgram } from './draw-program.ts';
import { judge, notVacuous } from './judge.ts';
import type { PropertyOptions } from './property-options.ts';
import {
  keepRegression,
  openedCounterexamples,
  openedRegressions,
  regressionPrograms,
  regressionsFor,
} from './regressions.ts';
import type { NamedRegression, RegressionStore } from './regressions.ts';
import type { ReplayRecord } from './replay-record.ts';
import { policyDivisorOf, promisesFor, requireOperations } from './run-scenario.ts';
import { SometimesCoverage } from './sometimes.ts';
import { stepsOf } from './narrate.ts';
import { numberedSteps } from '../report/steps.ts';
import { replayArgument } from './token.ts';
import type { Search } from './turns.ts';

/** Said of a counterexample that is not as small as it might be. */
const stops = {
  budget: 'the budget for shrinking ran out: the smallest that was found',
  length: 'most of its steps are needed: not shrunk further',
} as const;

/** A property did not hold; the message is the story, with its replay token. */
export class PropertyError extends Error {
  override readonly name = 'PropertyError';
}

/** One program to run: drawn, or a regression under one of its noises. */
export interface PropertyAttempt {
  readonly program: Program;
  /** `run 3, seed 1` or `regression NAME`. */
  readonly label: string;
  readonly regression: NamedRegression | null;
}

interface Failed {
  readonly attempt: PropertyAttempt;
  readonly run: Run;
  readonly verdict: Extract<Verdict, { kind: 'violated' }>;
  readonly invariant: Invariant;
}

export class Trial<R extends Run | Promise<Run>> {
  private readonly o: PropertyOptions<R>;
  private readonly name: string;
  private readonly invariants: readonly Invariant[];
  private readonly regressions: readonly NamedRegression[];
  private readonly store: RegressionStore | null;
  private readonly reached: SometimesCoverage;
  private failed: Failed | null = null;
  /** Noises under which the regression that is being run was judged to hold. */
  private held = 0;
  private events = 0;
  private tried = 0;
  private unknown = 0;
  private lastReason = '';

  constructor(o: PropertyOptions<R>) {
    this.o = o;
    this.name = o.name ?? 'property';
    const ids = o.promises.filter((p) => typeof p === 'string');
    const own = o.promises.filter((p) => typeof p !== 'string');
    const found = promisesFor(o.system, ids);
    if (found.notPromised.length > 0) {
      throw new HarnessError(
        'E_CONFIG',
        `${o.system.name} does not promise ${found.notPromised.join(', ')}, only ${o.system.promises.map((p) => (typeof p === 'string' ? p : p.id)).join(', ')}. Ask one of these, or pass an invariant of your own.`,
      );
    }
    this.invariants = [...found.invariants, ...own];
    this.reached = new SometimesCoverage(o.sometimes ?? []);
    this.store = o.regressions === undefined ? openedRegressions() : o.regressions;
    this.regressions =
      this.store === null || this.isExpectedToBreak
        ? []
        : regressionsFor(this.store, {
            system: o.system.name,
            invariants: this.invariants.map((i) => i.id),
            mutant: o.settings?.mutant ?? null,
          });
  }

  /** Everything to run, in order; it ends when nothing more is to be tried. */
  *attempts(): Generator<PropertyAttempt> {
    yield* this.regressionAttempts();
    const draw = new Prng(this.o.seed ?? 1).fork('property');
    const { environment, settings } = this.o;
    const policyDivisor = policyDivisorOf(environment.time);
    const choice = {
      ...this.o,
      name: this.name,
      durationUs: this.o.durationUs ?? 20_000_000,
      settings: { policyDivisor, ...settings },
    };
    for (let k = 1; k <= (this.o.runs ?? 100) && !this.isOver; k++) {
      const program = drawProgram(draw.fork(k), choice);
      yield { program, label: `run ${k}, seed ${this.o.seed ?? 1}`, regression: null };
    }
  }

  run({ program }: PropertyAttempt): R {
    const { environment, system } = this.o;
    requireOperations(system, program);
    return environment.run(system, program, { monitors: this.invariants });
  }

  add(attempt: PropertyAttempt, run: Run): void {
    const { program, regression } = attempt;
    const { verdict, verdicts } = judge(run, program, {
      invariants: this.invariants,
      // A shrunk program may have no operations left, and break its promise all the same.
      successesMin: regression === null ? 1 : 0,
      isEveryKindEffective: false,
      nodeFailures: this.o.nodeFailures,
    });
    const violated = verdicts.find((v) => v.kind === 'violated');
    if (violated?.kind === 'violated') {
      const invariant = this.invariants.find((i) => i.id === violated.invariant) as Invariant;
      this.failed ??= { attempt, run, verdict: violated, invariant };
    }
    if (regression !== null) {
      // What is small proves little: only what is drawn counts as tried.
      const isAboutIt = (v: Verdict): boolean =>
        v.invariant === regression.invariant || v.invariant === notVacuous;
      if (verdicts.filter(isAboutIt).every((v) => v.kind === 'holds')) this.held += 1;
      return;
    }
    this.tried += 1;
    this.events += run.history.events.length;
    this.reached.add(run.history, program);
    if (verdict !== 'unknown') return;
    this.unknown += 1;
    this.lastReason = verdicts.flatMap((v) =>
      v.kind === 'unknown' ? [`${v.invariant}: ${v.reason}`] : [],
    )[0] as string;
  }

  /** What a run or its judges threw: an error of the user's as it is, a bug with where it showed. */
  thrown({ label }: PropertyAttempt, error: unknown): Error {
    if (error instanceof HarnessError) return error;
    const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
    return new PropertyError(`${this.name}: ${label}: nothing was judged, for it threw ${what}`, {
      cause: error,
    });
  }

  /** Runs a program again, to see whether it breaks what was broken. */
  again(program: Program): R {
    const { environment, system } = this.o;
    return environment.run(system, program, { monitors: [this.broken] });
  }

  /** What that showed. */
  shown(program: Program, run: Run): Tried {
    const tried = triedOf(run, this.broken, program);
    return { ...tried, work: tried.work * workFactorOf(this.o.system) };
  }

  /** Throws unless the runs have shown what the property claims; asks for runs to shrink by. */
  *finishing(): Search<Tried, void> {
    if (this.failed !== null && !this.isExpectedToBreak) {
      throw new PropertyError(yield* this.story(this.failed));
    }
    if (this.failed !== null) return;
    if (this.unknown * 2 > this.tried) {
      throw new PropertyError(
        `${this.name}: ${this.unknown} of ${this.tried} runs proved nothing, the last because ${this.lastReason}. Give the clients more operations or the faults more time.`,
      );
    }
    if (this.isExpectedToBreak) {
      throw new PropertyError(
        `${this.name}: a violation of ${this.invariants.map((i) => i.id).join(' or ')} was expected, and none was found in ${this.tried} runs of seed ${this.o.seed ?? 1}.`,
      );
    }
    if (this.reached.never.length > 0) {
      throw new PropertyError(
        [`${this.name} did not reach all that it must:`, ...this.reached.lines()].join('\n  '),
      );
    }
  }

  private get broken(): Invariant {
    assert(this.failed !== null, 'shrunk what broke nothing');
    return this.failed.invariant;
  }

  private get isExpectedToBreak(): boolean {
    return this.o.expect === 'violated';
  }

  private get isOver(): boolean {
    return this.failed !== null || this.events >= (this.o.searchEventsMax ?? Infinity);
  }

  /**
   * Only a run that holds in simulation, under each of its noises, mends a regression: unknown proves
   * nothing, and real time shows a violation by chance. Real time is dear as well: one try there.
   */
  private *regressionAttempts(): Generator<PropertyAttempt> {
    const isVirtual = this.o.environment.time === 'virtual';
    for (const r of this.regressions) {
      this.held = 0;
      const programs = isVirtual ? regressionPrograms(r) : [r.program];
      for (const program of programs) {
        yield { program, label: `regression ${r.name}`, regression: r };
        if (this.failed !== null) return;
      }
      if (isVirtual && this.held === programs.length) this.store?.held(r.name);
    }
  }

  private *story(failed: Failed): Search<Tried, string> {
    const { attempt, invariant } = failed;
    const isVirtual = this.o.environment.time === 'virtual';
    const told = isVirtual ? yield* this.shrunk(failed) : this.asItWas(failed);
    return [
      `${this.name}: ${invariant.id} is violated (${attempt.label})\n  ${invariant.claim}`,
      ...told.remarks.map((r) => `  (${r})`),
      '',
      ...numberedSteps(told.steps),
      '',
      ...told.sentences.map((s) => `  ${s}`),
      '',
      `  replay: antlion replay ${replayArgument(told.record, openedCounterexamples())}`,
    ].join('\n');
  }

  private *shrunk({ attempt, invariant }: Failed): Search<Tried, Told> {
    // A regression is small already, and kept.
    const isSmall = attempt.regression !== null;
    const budget = this.o.budget ?? shrinkBudget;
    const c = yield* findCounterexample(this.o.system, invariant, attempt.program, {
      build: null,
      budget: isSmall ? { ...budget, eventsMax: 0, noisesAmplify: 1 } : budget,
    });
    if (this.store !== null && !isSmall) {
      keepRegression(this.store, c.record);
    }
    return {
      remarks: c.stopped !== null && !isSmall ? [stops[c.stopped]] : [],
      steps: c.steps,
      sentences: c.explanation.sentences,
      record: c.record,
    };
  }

  /** Real time cannot be run again cheaply. */
  private asItWas({ attempt, run, verdict }: Failed): Told {
    const { program } = attempt;
    const { sentences, ops } = verdict.explanation;
    return {
      remarks: ['as it happened, not shrunk'],
      steps: stepsOf(program, run.history, ops),
      sentences,
      record: {
        system: this.o.system.name,
        invariant: verdict.invariant,
        program,
        pins: run.pins,
        traceHash: run.traceHash,
        build: null,
        from: null,
      },
    };
  }
}

interface Told {
  readonly remarks: readonly string[];
  readonly steps: readonly string[];
  readonly sentences: readonly string[];
  readonly record: ReplayRecord;
}
