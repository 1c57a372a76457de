/** One scenario, one seed, one environment: draw, run, judge, and shrink what is violated. */
import type { Environment, Run, RunOptions } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { Invariant } from '../core/invariant.ts';
import { limits } from '../core/limits.ts';
import { Prng } from '../core/prng.ts';
import type { Program } from '../core/program.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import { invariantOf } from '../invariants/registry.ts';
import { judge } from './judge.ts';
import type { Judgement } from './judge.ts';

export interface ScenarioRun {
  readonly program: Program;
  readonly run: Run;
  readonly judgement: Judgement;
  /** Promises of the scenario that this system does not make. */
  readonly notPromised: readonly string[];
}

/** The program of `scenario` for one seed: the same seed gives the same program. */
export function programOf(
  scenario: Scenario,
  seed: number,
  environment: Environment['name'],
  mutant: string | null,
): Program {
  const policyDivisor = environment === 'simulation' ? 1 : limits.policyDivisorReal;
  const program = scenario.program(new Prng(seed).fork(scenario.name), policyDivisor);
  return { ...program, settings: { ...program.settings, policyDivisor, mutant } };
}

/** Runs and judges one program of a scenario. Synchronous where the environment is. */
export function runScenario<R extends Run | Promise<Run>>(
  environment: Environment<R>,
  system: System,
  scenario: Scenario,
  program: Program,
  options?: RunOptions,
): R extends Run ? ScenarioRun : Promise<ScenarioRun> {
  requireOperations(system, program);
  const { invariants, notPromised } = promisesFor(system, scenario.promises);
  const finish = (run: Run): ScenarioRun => ({
    program,
    run,
    notPromised,
    judgement: judge(run, program, {
      invariants,
      successesMin: scenario.successesMin,
      isEveryKindFelt: scenario.felt === 'every-kind',
    }),
  });
  const started: Run | Promise<Run> = environment.run(system, program, {
    monitors: invariants,
    ...options,
  });
  const result = started instanceof Promise ? started.then(finish) : finish(started);
  return result as R extends Run ? ScenarioRun : Promise<ScenarioRun>;
}

/** The invariants behind the ids that both the scenario wants and the system promises. */
export function promisesFor(
  system: System,
  wanted: readonly string[],
): { readonly invariants: readonly Invariant[]; readonly notPromised: readonly string[] } {
  const offered = new Map(
    system.promises.map((p) => (typeof p === 'string' ? [p, invariantOf(p)] : [p.id, p])),
  );
  return {
    invariants: wanted.flatMap((id) => offered.get(id) ?? []),
    notPromised: wanted.filter((id) => !offered.has(id)),
  };
}

function requireOperations(system: System, program: Program): void {
  const used = new Set(program.clients.flatMap((ops) => ops.map((op) => op.f)));
  const missing = [...used].filter((f) => !system.operations.has(f));
  if (missing.length === 0) return;
  throw new HarnessError(
    'E_PLAN',
    `${program.scenario} uses ${missing.join(', ')}, ${system.name} understands ${[...system.operations].join(', ')}. Pick another scenario: antlion list.`,
  );
}
