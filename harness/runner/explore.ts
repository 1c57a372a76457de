/**
 * Exploration: swarm testing over seeds, steered by what nodes were seen to do.
 *
 * Every scenario has its turn, those sooner that ask what none before them asked, with latencies by ranks that change at few
 * moments (`Noise.by`). A share of plain runs stays, since what steers also looks away. Programs that reach a state, a transition or a situation (a state in
 * which a kind of fault took effect) that no run had shown are kept, and changed a little (coverage-guided fuzzing, as of AFL and libFuzzer, over abstract
 * node states instead of branches); and from the moment at which something was new the run forks: the same
 * until then, and other noise after it. Everything is drawn from one seed and counted in runs and events:
 * the same number of runs gives the same result. Time is the command line's business.
 */
import { Prng } from '../core/prng.ts';
import type { History } from '../core/history.ts';
import type { Sometimes } from '../core/invariant.ts';
import type { Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { VerdictKind } from '../core/verdict.ts';
import type { Counterexample, ShrinkBudget, Simulation } from './counterexample.ts';
import { counterexampleOfRun } from './counterexample-of-run.ts';
import { Coverage } from './coverage.ts';
import { Situations } from './situations.ts';
import { mutateProgram } from './mutate-program.ts';
import { Rounds } from './rounds.ts';
import { programOf, requireSeed, runScenario } from './run-scenario.ts';
import type { ScenarioRun } from './run-scenario.ts';
import { Saturation } from './saturation.ts';
import type { LastFifth } from './saturation.ts';
import { costOfRun, sketchOf } from './sketch.ts';
import { SometimesCoverage, usualSometimes } from './sometimes.ts';
import { toTheEnd } from './turns.ts';

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
  /** `random`: every run is drawn, nothing steers: to hold against. `guided` by default. */
  readonly strategy?: 'guided' | 'random';
}

/** One run of an exploration. */
export interface Explored {
  /** Counted from 1. */
  readonly run: number;
  readonly scenario: string;
  readonly origin: 'drawn' | 'changed' | 'forked';
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

interface Next extends Kept {
  readonly origin: Explored['origin'];
}

/** Shares of the runs after each scenario had its turn: plain ones, forks, changes of kept programs. */
const plainPermille = 200;
const forkedPermille = 250;
const changedPermille = 300;
/** The oldest forks that wait go when there are more. */
const forksMax = 64;
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
  readonly sometimes: SometimesCoverage;
  private readonly saturation = new Saturation();
  private readonly rounds: Rounds;
  private readonly kept: Kept[] = [];
  private readonly forks: Kept[] = [];
  private readonly o: ExploreOptions;
  private readonly draw: Prng;

  constructor(options: ExploreOptions) {
    this.o = options;
    requireSeed(options.seed);
    this.coverage = new Coverage(options.system.facets);
    this.situations = new Situations(options.system.facets);
    this.draw = new Prng(options.seed).fork('explore');
    this.sometimes = new SometimesCoverage([
      ...usualSometimes,
      ...(options.system.sometimes ?? []),
    ]);
    this.rounds = new Rounds(options.scenarios, (s) => sketchOf(s, this.programFor(s)));
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
    const next = this.next(draw);
    const { simulation, system } = this.o;
    // A changed program is no longer its scenario's story: it need not meet every kind of fault.
    const scenario: Scenario =
      next.origin === 'drawn' ? next.scenario : { ...next.scenario, effective: 'any' };
    const done = runScenario(simulation, system, scenario, next.program);
    this.doubt(done);
    const { history } = done.run;
    this.events += history.events.length;
    this.rounds.note(next.scenario, costOfRun(done.run));
    const { states, transitions, firstUs } = this.coverage.add(history.events, next.program);
    const triedBefore = this.situations.count;
    this.situations.add(history.events, next.program);
    const newSituations = this.situations.count - triedBefore;
    const reached = this.sometimes.add(history, next.program);
    const found = states.length + transitions + newSituations;
    this.saturation.add(found);
    if (found > 0) this.keep(next);
    for (const s of reached) this.fork(next, history, firstHitUs(s, history, next.program), draw);
    if (firstUs !== null) this.fork(next, history, firstUs, draw);
    return {
      run: this.runs,
      scenario: next.scenario.name,
      origin: next.origin,
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

  /** What the last fifth of the runs still found. */
  get lastFifth(): LastFifth {
    return this.saturation.lastFifth;
  }

  private next(draw: Prng): Next {
    const isPlain = draw.chance(plainPermille);
    if (this.o.strategy === 'random') return this.drawn(draw.pick(this.o.scenarios));
    if (this.rounds.isFirstOver) {
      if (isPlain) return this.drawn(draw.pick(this.o.scenarios));
      const which = draw.below(1_000 - plainPermille);
      const fork = which < forkedPermille ? this.forks.pop() : undefined;
      if (fork !== undefined) return { ...fork, origin: 'forked' };
      const isChanged = which < forkedPermille + changedPermille && this.kept.length > 0;
      if (isChanged) return { ...this.changed(draw), origin: 'changed' };
    }
    const { program, ...rest } = this.drawn(this.rounds.next(draw));
    return { ...rest, program: { ...program, noise: { by: 'priorities' } } };
  }

  private drawn(scenario: Scenario): Next {
    return { scenario, program: this.programFor(scenario), origin: 'drawn' };
  }

  private programFor(scenario: Scenario): Program {
    const { mutant, seed } = this.o;
    // Past the largest seed it goes on with 0.
    return programOf(scenario, (seed + this.runs) >>> 0, 'virtual', mutant);
  }

  /** The same until then, and other noise after it. */
  private fork({ scenario, program }: Kept, { readyUs }: History, atUs: number, draw: Prng): void {
    const fromUs = atUs - readyUs;
    if (fromUs <= 0 || fromUs >= program.durationUs) return;
    const before = (program.noise?.turns ?? []).filter((t) => t.fromUs < fromUs);
    const turns = [...before, { fromUs, seed: draw.uint32() }];
    this.forks.push({ scenario, program: { ...program, noise: { ...program.noise, turns } } });
    if (this.forks.length > forksMax) this.forks.shift();
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
    if (times > 0) return null;
    return yield* counterexampleOfRun(done, {
      ...this.o,
      from: this.o.originOf?.(scenario) ?? null,
    });
  }
}

/** When it was reached, µs since the run began: after the shortest beginning that does. */
function firstHitUs(s: Sometimes, history: History, program: Program): number {
  const { events } = history;
  let [low, high] = [1, events.length];
  while (low < high) {
    const middle = (low + high) >>> 1;
    const isReached = s.reached({ ...history, events: events.slice(0, middle) }, program);
    if (isReached) high = middle;
    else low = middle + 1;
  }
  return events[low - 1]?.timeUs ?? 0;
}
