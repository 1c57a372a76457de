/**
 * Exploration: swarm testing over seeds, steered by what nodes were seen to do.
 *
 * Programs are drawn from scenarios; those that reach a state, a transition or a situation (a state in
 * which a kind of fault took effect) that no run had shown are kept, and changed a little (coverage-guided fuzzing, as of AFL and libFuzzer, over abstract
 * node states instead of branches). Everything is drawn from one seed and counted in runs and events:
 * the same number of runs gives the same result. Time is the command line's business.
 */
import { Prng } from '../core/prng.ts';
import type { Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { VerdictKind } from '../core/verdict.ts';
import { findCounterexample, tryProgram } from './counterexample.ts';
import type { Counterexample, ShrinkBudget, Simulation } from './counterexample.ts';
import { Coverage } from './coverage.ts';
import { Situations } from './situations.ts';
import { mutateProgram } from './mutate-program.ts';
import { programOf, requireSeed, runScenario } from './run-scenario.ts';
import type { ScenarioRun } from './run-scenario.ts';
import { stepping, toTheEnd } from './turns.ts';

export interface ExploreOptions {
  readonly simulation: Simulation;
  readonly system: System;
  /** Where programs come from, and what each promises. */
  readonly scenarios: readonly Scenario[];
  readonly seed: number;
  readonly mutant: string | null;
  /** Written into tokens. */
  readonly build: string;
  /** The file that a scenario comes from, if it is one of the user's. */
  readonly originOf?: (scenario: Scenario) => string | null;
  readonly budget?: ShrinkBudget;
}

/** One run of an exploration. */
export interface Explored {
  /** Counted from 1. */
  readonly run: number;
  readonly scenario: string;
  readonly origin: 'drawn' | 'changed';
  readonly verdict: VerdictKind;
  readonly newStates: readonly string[];
  readonly newTransitions: number;
  readonly newSituations: number;
  /** The first violation of each invariant, shrunk. */
  readonly found: Counterexample | null;
}

interface Kept {
  readonly scenario: Scenario;
  readonly program: Program;
}

/** Share of the runs that change a kept program, once there is one. */
const changedPermille = 600;
/** Half of the changes go to the newest: what was reached last leads on. */
const newest = 16;
/** The oldest go when there are more: a bound on memory. */
const keptMax = 512;

export class Exploration {
  readonly coverage: Coverage;
  readonly situations: Situations;
  /** How often each invariant was violated. */
  readonly violations = new Map<string, number>();
  runs = 0;
  /** Runs that proved nothing, and why the last of them did not. */
  unknown = 0;
  lastDoubt: string | null = null;
  events = 0;
  private readonly kept: Kept[] = [];
  private readonly o: ExploreOptions;
  private readonly draw: Prng;

  constructor(options: ExploreOptions) {
    this.o = options;
    requireSeed(options.seed);
    this.coverage = new Coverage(options.system.facets);
    this.situations = new Situations(options.system.facets);
    this.draw = new Prng(options.seed).fork('explore');
  }

  get programsKept(): number {
    return this.kept.length;
  }

  /** The next run. */
  step(): Explored {
    return toTheEnd(this.stepping());
  }

  /** The same, which yields after each simulated run. */
  *stepping(): Generator<void, Explored> {
    const draw = this.draw.fork(this.runs);
    this.runs += 1;
    const isChanged = this.kept.length > 0 && draw.chance(changedPermille);
    const next = isChanged ? this.changed(draw) : this.drawn(draw);
    const { simulation, system } = this.o;
    // A changed program is no longer its scenario's story: it need not meet every kind of fault.
    const scenario: Scenario = isChanged ? { ...next.scenario, effective: 'any' } : next.scenario;
    const done = runScenario(simulation, system, scenario, next.program);
    this.doubt(done);
    const { events } = done.run.history;
    this.events += events.length;
    const { states, transitions } = this.coverage.add(events, next.program);
    const triedBefore = this.situations.count;
    this.situations.add(events, next.program);
    const newSituations = this.situations.count - triedBefore;
    if (states.length > 0 || transitions > 0 || newSituations > 0) this.keep(next);
    return {
      run: this.runs,
      scenario: next.scenario.name,
      origin: isChanged ? 'changed' : 'drawn',
      verdict: done.judgement.verdict,
      newStates: states,
      newTransitions: transitions,
      newSituations,
      found: yield* this.violation(done, next.scenario),
    };
  }

  private doubt({ judgement: { verdict, verdicts } }: ScenarioRun): void {
    if (verdict !== 'unknown') return;
    this.unknown += 1;
    const [why] = verdicts.flatMap((v) =>
      v.kind === 'unknown' ? [`${v.invariant}: ${v.reason}`] : [],
    );
    this.lastDoubt = why ?? null;
  }

  private drawn(draw: Prng): Kept {
    const scenario = draw.pick(this.o.scenarios);
    const { mutant, seed } = this.o;
    // Past the largest seed it goes on with 0.
    const own = (seed + this.runs) >>> 0;
    return { scenario, program: programOf(scenario, own, 'virtual', mutant) };
  }

  private changed(draw: Prng): Kept {
    const from = draw.chance(500) ? this.kept.slice(-newest) : this.kept;
    const { scenario, program } = draw.pick(from);
    return { scenario, program: mutateProgram(draw.fork('change'), program) };
  }

  private keep(k: Kept): void {
    this.kept.push(k);
    if (this.kept.length > keptMax) this.kept.shift();
  }

  /** Shrinks the first violation of each invariant; the others are counted. */
  private *violation(
    done: ScenarioRun,
    scenario: Scenario,
  ): Generator<void, Counterexample | null> {
    const violated = done.judgement.verdicts.find((v) => v.kind === 'violated');
    if (violated === undefined) return null;
    const times = this.violations.get(violated.invariant) ?? 0;
    this.violations.set(violated.invariant, times + 1);
    const { simulation, system, build, budget } = this.o;
    const invariant = done.invariants.find((i) => i.id === violated.invariant);
    if (times > 0 || invariant === undefined) return null;
    const search = findCounterexample(system, invariant, done.program, {
      build,
      from: this.o.originOf?.(scenario) ?? null,
      ...(budget !== undefined && { budget }),
    });
    return yield* stepping(search, (p) => tryProgram(simulation, system, invariant, p));
  }
}
