/**
 * Properties for mocha: draw programs, run them, and on a violation throw the shortest story.
 *
 * In simulation everything is synchronous: a property needs no promise and none can be forgotten.
 * Elsewhere it returns a promise, and `harness/mocha.ts` fails the run when nobody awaited it.
 */
import fc from 'fast-check';
import type { Environment, Run } from '../core/environment.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { System } from '../core/system.ts';
import type { Sometimes } from '../invariants/temporal.ts';
import { programArbitrary } from './arbitraries.ts';
import type { ProgramChoice } from './arbitraries.ts';
import { counterexample, shrinkBudget } from './counterexample.ts';
import type { ShrinkBudget, Simulation } from './counterexample.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';
import { beginProperty, endProperty } from './pending.ts';
import {
  keepRegression,
  openedRegressions,
  regressionPrograms,
  regressionsFor,
} from './regressions.ts';
import type { NamedRegression, RegressionStore } from './regressions.ts';
import { promisesFor } from './run-scenario.ts';
import { Reached } from './sometimes.ts';

export interface PropertyOptions<R extends Run | Promise<Run>> extends Omit<
  ProgramChoice,
  'name' | 'durationUs'
> {
  readonly environment: Environment<R>;
  readonly system: System;
  /** Ids of promises that the system makes, or invariants of your own. */
  readonly promises: readonly (string | Invariant)[];
  /** Programs to try: 100. */
  readonly runs?: number;
  /** The same seed draws the same programs: 1. */
  readonly seed?: number;
  /** Length of one run: 20 s. */
  readonly durationUs?: number;
  /** Shown in the failure: `property`. */
  readonly name?: string;
  /** Events that the search may take in all runs together; after it no more are tried. No limit. */
  readonly searchEventsMax?: number;
  /** For shrinking; when it runs out the best counterexample so far is told. */
  readonly budget?: ShrinkBudget;
  /** What some run must come across; otherwise the suite fails. `usualSometimes` is a start. */
  readonly sometimes?: readonly Sometimes[];
  /**
   * Programs that broke a promise before: they run first, and a new one is kept. Unless told it is
   * the folder `.antlion/regressions` if that exists (and `harness/mocha.ts` is loaded).
   */
  readonly regressions?: RegressionStore | null;
}

/** A promise was broken; the message is the story, with its replay token. */
export class PropertyError extends Error {
  override readonly name = 'PropertyError';
}

/**
 * Throws `PropertyError` (or rejects with it) when a drawn run violates a promise, when too few runs
 * proved anything (more than half of them were unknown), or when something of `sometimes` was never
 * reached although it could have been.
 */
export function property<R extends Run | Promise<Run>>(
  options: PropertyOptions<R>,
): R extends Run ? void : Promise<void> {
  const state = new Trial(options);
  if (options.environment.name === 'simulation') {
    const holds = (program: Program): boolean =>
      state.accepts(
        program,
        options.environment.run(options.system, program, { monitors: state.invariants }) as Run,
      );
    for (const r of state.regressions) state.mended(r, regressionPrograms(r).every(holds));
    fc.check(
      fc.property(state.programs, (program) => state.isOver || holds(program)),
      state.parameters,
    );
    state.finish();
    return undefined as R extends Run ? void : Promise<void>;
  }
  return later(options, state) as R extends Run ? void : Promise<void>;
}

async function later<R extends Run | Promise<Run>>(
  options: PropertyOptions<R>,
  state: Trial<R>,
): Promise<void> {
  const ticket = beginProperty(options.name ?? 'property');
  try {
    const holds = async (program: Program): Promise<boolean> =>
      state.accepts(program, await options.environment.run(options.system, program));
    // Real time is dear, and its noise cannot be chosen: once each.
    for (const r of state.regressions) state.mended(r, await holds(r.program));
    await fc.check(
      fc.asyncProperty(state.programs, async (program) => state.isOver || (await holds(program))),
      state.parameters,
    );
    state.finish();
  } finally {
    endProperty(ticket);
  }
}

/** What the runs of one property have shown so far. */
class Trial<R extends Run | Promise<Run>> {
  readonly programs: fc.Arbitrary<Program>;
  readonly invariants: readonly Invariant[];
  readonly parameters: fc.Parameters<[Program]>;
  readonly regressions: readonly NamedRegression[];
  private readonly o: PropertyOptions<R>;
  private readonly store: RegressionStore | null;
  private readonly reached: Reached;
  private failed: { program: Program; judgement: Judgement } | null = null;
  /** The regression that failed: it is small already, and kept. */
  private again: string | null = null;
  private events = 0;
  private tried = 0;
  private unknown = 0;
  private lastReason = '';

  constructor(o: PropertyOptions<R>) {
    this.o = o;
    this.programs = programArbitrary({
      ...o,
      name: o.name ?? 'property',
      durationUs: o.durationUs ?? 20_000_000,
    });
    const ids = o.promises.filter((p) => typeof p === 'string');
    const own = o.promises.filter((p) => typeof p !== 'string');
    const found = promisesFor(o.system, ids);
    if (found.notPromised.length > 0) {
      throw new PropertyError(
        `${o.system.name} does not promise ${found.notPromised.join(', ')}, only ${o.system.promises.map((p) => (typeof p === 'string' ? p : p.id)).join(', ')}.`,
      );
    }
    this.invariants = [...found.invariants, ...own];
    this.parameters = { seed: o.seed ?? 1, numRuns: o.runs ?? 100, endOnFailure: true };
    this.reached = new Reached(o.sometimes ?? []);
    this.store = o.regressions === undefined ? openedRegressions() : o.regressions;
    this.regressions =
      this.store === null
        ? []
        : regressionsFor(this.store, {
            system: o.system.name,
            invariants: this.invariants.map((i) => i.id),
            mutant: o.settings?.mutant ?? null,
          });
  }

  /** Nothing more is to be tried: something failed, or the budget of the search is spent. */
  get isOver(): boolean {
    return this.failed !== null || this.events >= (this.o.searchEventsMax ?? Infinity);
  }

  /** A regression has run: it failed again, or it holds now. */
  mended(r: NamedRegression, isMended: boolean): void {
    if (isMended) this.store?.held(r.name);
    else this.again ??= r.name;
    // What is small proves little: only what is drawn counts as tried.
    this.tried = 0;
    this.unknown = 0;
  }

  /** False ends the search. */
  accepts(program: Program, run: Run): boolean {
    const judgement = judge(run, program, {
      invariants: this.invariants,
      successesMin: 1,
      isEveryKindFelt: false,
    });
    this.tried += 1;
    this.events += run.history.events.length;
    this.reached.add(run.history, program);
    if (judgement.verdict === 'unknown') {
      this.unknown += 1;
      this.lastReason = judgement.verdicts.flatMap((v) =>
        v.kind === 'unknown' ? [`${v.invariant}: ${v.reason}`] : [],
      )[0] as string;
    }
    if (judgement.verdict !== 'violated') return true;
    this.failed ??= { program, judgement };
    return false;
  }

  finish(): void {
    if (this.failed !== null) throw new PropertyError(this.story(this.failed));
    if (this.unknown * 2 > this.tried) {
      throw new PropertyError(
        `${this.unknown} of ${this.tried} runs proved nothing, the last because ${this.lastReason}. Give the clients more operations or the faults more time.`,
      );
    }
    if (this.reached.never.length > 0) {
      throw new PropertyError(
        [
          `${this.o.name ?? 'property'} did not reach all that it must:`,
          ...this.reached.lines(),
        ].join('\n  '),
      );
    }
  }

  private story(failed: { program: Program; judgement: Judgement }): string {
    const violated = failed.judgement.verdicts.find((v) => v.kind === 'violated');
    const invariant = this.invariants.find((i) => i.id === violated?.invariant);
    if (violated?.kind !== 'violated' || invariant === undefined) return 'violated';
    const which =
      this.again === null
        ? `run ${this.tried}, seed ${this.o.seed ?? 1}`
        : `regression ${this.again}`;
    const head = `${this.o.name ?? 'property'}: ${invariant.id} is violated (${which})\n  ${invariant.claim}`;
    if (this.o.environment.name !== 'simulation') {
      return [head, ...violated.explanation.sentences.map((s) => `  ${s}`)].join('\n');
    }
    const budget = this.o.budget ?? shrinkBudget;
    const small = { ...budget, eventsMax: 0, noisesHarden: 1 };
    const c = counterexample(
      this.o.environment as Simulation,
      this.o.system,
      invariant,
      failed.program,
      { build: 'property', budget: this.again === null ? budget : small },
    );
    if (this.store !== null && this.again === null) {
      const { program } = c;
      keepRegression(this.store, { system: this.o.system.name, invariant: c.invariant, program });
    }
    const cut = c.isCut && this.again === null;
    return [
      head,
      ...(cut ? ['  (the budget for shrinking ran out: the smallest that was found)'] : []),
      '',
      ...c.steps.map((s, i) => `  ${String(i + 1).padStart(2)} ${s}`),
      '',
      ...c.explanation.sentences.map((s) => `  ${s}`),
      '',
      `  replay: antlion replay ${c.token}`,
    ].join('\n');
  }
}
