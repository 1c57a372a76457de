/** Runs scenarios of the reference cluster in simulation, and says what came out. */
import { allScenarios } from '../../harness/cli/scenarios.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import { counterexample } from '../../harness/runner/counterexample.ts';
import { programOf, promisesFor, runScenario } from '../../harness/runner/run-scenario.ts';
import type { ScenarioRun } from '../../harness/runner/run-scenario.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';

export function scenarioOf(name: string): Scenario {
  const found = allScenarios.find((s) => s.name === name);
  if (found === undefined) throw new Error(`no scenario is called ${name}`);
  return found;
}

export function runSeed(scenario: Scenario, seed: number, mutant: string | null): ScenarioRun {
  const program = programOf(scenario, seed, 'virtual', mutant);
  return runScenario(simulation(), reference, scenario, program);
}

export interface Alarms {
  readonly runs: number;
  /** `seed invariant` of each violation, of whatever the system promises. */
  readonly violated: readonly string[];
  /** Seeds of the runs that proved less than the scenario wants. */
  readonly unknown: readonly number[];
  /** Seeds that were run twice, and those of them whose second run was another one. */
  readonly repeated: readonly number[];
  readonly different: readonly number[];
}

/** The correct node under seeds 1…`runs`, held against every promise that it makes. */
export function falseAlarms(scenario: Scenario, runs: number, repeatEvery = 20): Alarms {
  const wanted = new Set([...scenario.promises, 'not-vacuous']);
  const all = {
    ...scenario,
    promises: reference.promises.map((p) => (typeof p === 'string' ? p : p.id)),
  };
  const violated: string[] = [];
  const unknown: number[] = [];
  const repeated: number[] = [];
  const different: number[] = [];
  for (let seed = 1; seed <= runs; seed++) {
    const { run, judgement } = runSeed(all, seed, null);
    for (const v of judgement.verdicts) {
      if (v.kind === 'violated') violated.push(`${seed} ${v.invariant}`);
    }
    if (judgement.verdicts.some((v) => v.kind === 'unknown' && wanted.has(v.invariant)))
      unknown.push(seed);
    if (seed % repeatEvery !== 0) continue;
    repeated.push(seed);
    if (runSeed(all, seed, null).run.traceHash !== run.traceHash) different.push(seed);
  }
  return { runs, violated, unknown, repeated, different };
}

export interface Catch {
  readonly seed: number;
  readonly invariant: string;
  readonly caught: ScenarioRun;
}

/** The first of the seeds 1…`seedsMax` that shows the mutant, or null. */
export function firstCatch(scenario: Scenario, mutant: string, seedsMax: number): Catch | null {
  for (let seed = 1; seed <= seedsMax; seed++) {
    const caught = runSeed(scenario, seed, mutant);
    const violated = caught.judgement.verdicts.find((v) => v.kind === 'violated');
    if (violated !== undefined) return { seed, invariant: violated.invariant, caught };
  }
  return null;
}

/** Faults and operations left of what was caught. */
export function stepsLeft({ invariant, caught }: Catch): number {
  const [promise] = promisesFor(reference, [invariant]).invariants;
  if (promise === undefined) throw new Error(`no promise is called ${invariant}`);
  const { record } = counterexample(simulation(), reference, promise, caught.program, {
    build: 'prove',
  });
  const { program } = record;
  return program.faults.length + program.clients.reduce((n, ops) => n + ops.length, 0);
}
