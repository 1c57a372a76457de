/** What a simulated run broke, shrunk and explained. */
import type { System } from '../core/system.ts';
import { findCounterexample, tryProgram } from './counterexample.ts';
import type { Counterexample, CounterexampleOptions, Simulation } from './counterexample.ts';
import type { ScenarioRun } from './run-scenario.ts';
import { stepping } from './turns.ts';

export interface OfRunOptions extends CounterexampleOptions {
  readonly simulation: Simulation;
  readonly system: System;
}

/** Of the first promise that it broke; null: none, or one that cannot be asked again. Yields after each run. */
export function* counterexampleOfRun(
  { judgement, invariants, program }: ScenarioRun,
  { simulation, system, ...options }: OfRunOptions,
): Generator<void, Counterexample | null> {
  const violated = judgement.verdicts.find((v) => v.kind === 'violated');
  const invariant = invariants.find((i) => i.id === violated?.invariant);
  if (invariant === undefined) return null;
  const search = findCounterexample(system, invariant, program, options);
  return yield* stepping(search, (p) => tryProgram(simulation, system, invariant, p));
}
