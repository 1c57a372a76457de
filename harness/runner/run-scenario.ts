/** One scenario, one seed, one environment: draw, run, judge, and shrink what is violated. */
import type { Environment, Run, RunOptions, Time } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Invariant } from '../core/invariant.ts';
import { limits } from '../core/limits.ts';
import { suggestion } from '../core/names.ts';
import { Prng, seedMax } from '../core/prng.ts';
import type { Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { VerdictKind } from '../core/verdict.ts';
import { invariantOf } from '../invariants/catalog.ts';
import { operationsAsked } from '../workload/families.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';

export interface ScenarioRun {
  /** As it was run: `fit` may have changed the drawn one. */
  readonly program: Program;
  /** What it no longer tries that the scenario does, a sentence each. */
  readonly narrowed: readonly string[];
  readonly run: Run;
  /** Those that it was judged by. */
  readonly invariants: readonly Invariant[];
  readonly judgement: Judgement;
  /** Of the scenario's claim: where a violation is expected, it holds when there was one. */
  readonly verdict: VerdictKind;
  /** Why the verdict differs from the judgement's; null when it does not. */
  readonly expectation: string | null;
  /** Promises of the scenario that this system does not make. */
  readonly notPromised: readonly string[];
}

/**
 * The program of `scenario` for one seed, 0…4294967295: the same seed gives the same program. Throws
 * E_USAGE for a seed out of range.
 */
export function programOf(
  scenario: Scenario,
  seed: number,
  time: Time,
  mutant: string | null,
): Program {
  requireSeed(seed);
  const policyDivisor = policyDivisorOf(time);
  const program = scenario.program(new Prng(seed).fork(scenario.name), policyDivisor);
  return { ...program, settings: { ...program.settings, policyDivisor, mutant } };
}

/** Minutes must fit into seconds where time is real. */
export function policyDivisorOf(time: Time): number {
  return time === 'virtual' ? 1 : limits.policyDivisorReal;
}

/** Throws E_USAGE for what is no seed: streams are keyed by 32 bits, and two seeds are two streams. */
export function requireSeed(seed: number): void {
  if (Number.isInteger(seed) && seed >= 0 && seed <= seedMax) return;
  throw new HarnessError(
    'E_USAGE',
    `seed is ${seed}, wanted a whole number from 0 to ${seedMax}. Pass a smaller one, or fewer runs after it.`,
  );
}

/**
 * Runs and judges one program of a scenario (`programOf` draws it). Synchronous where the environment
 * is. Throws `HarnessError`: E_PLAN for operations that the system does not know, E_MUTANT_UNKNOWN, and
 * what the environment throws.
 * ```ts
 * const program = programOf(scenario, 7, 'virtual', null);
 * const { verdict, judgement } = runScenario(simulation(), reference, scenario, program);
 * ```
 */
export function runScenario<R extends Run | Promise<Run>>(
  environment: Environment<R>,
  system: System,
  scenario: Scenario,
  drawn: Program,
  options?: RunOptions,
): R extends Run ? ScenarioRun : Promise<ScenarioRun> {
  const { program, narrowed } = environment.fit?.(drawn) ?? { program: drawn, narrowed: [] };
  requireOperations(system, program);
  requireMutant(system, program.settings.mutant ?? undefined);
  const { invariants, notPromised } = promisesFor(system, scenario.promises, scenario.own);
  const finish = (run: Run): ScenarioRun => {
    const judgement = judge(run, program, {
      invariants,
      successesMin: scenario.successesMin,
      isEveryKindEffective: scenario.effective === 'every-kind',
      nodeFailures: scenario.nodeFailures,
    });
    const claim = asExpected(scenario, judgement);
    return { program, narrowed, run, notPromised, invariants, judgement, ...claim };
  };
  const started: Run | Promise<Run> = environment.run(system, program, {
    monitors: invariants,
    ...options,
  });
  const result = started instanceof Promise ? started.then(finish) : finish(started);
  return result as R extends Run ? ScenarioRun : Promise<ScenarioRun>;
}

function asExpected(
  { expect, promises }: Scenario,
  { verdict, verdicts }: Judgement,
): Pick<ScenarioRun, 'verdict' | 'expectation'> {
  if (expect === 'holds' || verdict === 'unknown') return { verdict, expectation: null };
  const broken = verdicts.filter((v) => v.kind === 'violated').map((v) => v.invariant);
  return broken.length > 0
    ? { verdict: 'holds', expectation: `violated as expected: ${broken.join(', ')}` }
    : {
        verdict: 'violated',
        expectation: `a violation of ${promises.join(' or ')} was expected, and there was none`,
      };
}

/** Throws E_MUTANT_UNKNOWN unless the system has this broken variant. */
export function requireMutant(system: System, mutant: string | undefined): string | null {
  if (mutant === undefined) return null;
  if (Object.hasOwn(system.mutants, mutant)) return mutant;
  throw new HarnessError(
    'E_MUTANT_UNKNOWN',
    `no mutant is called "${mutant}", ${suggestion(mutant, Object.keys(system.mutants))} See them all: antlion list.`,
  );
}

/** The invariants behind the ids that are wanted and that the system promises, or that are `own`. */
export function promisesFor(
  system: System,
  wanted: readonly string[],
  own: readonly Invariant[] = [],
): { readonly invariants: readonly Invariant[]; readonly notPromised: readonly string[] } {
  const offered = new Map(
    [...system.promises, ...own].map((p) =>
      typeof p === 'string' ? [p, invariantOf(p)] : [p.id, p],
    ),
  );
  return {
    invariants: wanted.flatMap((id) => offered.get(id) ?? []),
    notPromised: wanted.filter((id) => !offered.has(id)),
  };
}

/** Throws E_PLAN when the program uses operations that the system does not understand. */
export function requireOperations(system: System, program: Program): void {
  const missing = operationsAsked(program).filter((f) => !system.operations.has(f));
  if (missing.length === 0) return;
  throw new HarnessError(
    'E_PLAN',
    `${program.scenario} uses ${missing.join(', ')}, ${system.name} understands ${[...system.operations].join(', ')}. Pick another scenario: antlion list.`,
  );
}
