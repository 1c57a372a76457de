/** How long it takes to catch a broken node: seeds are tried in order, each in every scenario. */
import type { Program } from '../../core/program.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import type { Verdict } from '../../core/verdict.ts';
import { programOf, runScenario } from '../../runner/run-scenario.ts';
import type { Situations } from '../../runner/situations.ts';
import { simulation } from '../../simulation/environment.ts';

export interface Caught {
  readonly scenario: string;
  readonly seed: number;
  /** The invariant that was broken first. */
  readonly invariant: string;
  /** Seeds tried, and runs of them, this one included. */
  readonly seeds: number;
  readonly runs: number;
}

export interface SearchOptions {
  readonly system: System;
  readonly scenarios: readonly Scenario[];
  readonly firstSeed: number;
  readonly seedsMax: number;
  /** Told of each run that is about to begin; it may let others work meanwhile. */
  readonly onRun: (scenario: Scenario, seed: number) => Promise<void>;
}

/** The first catch of `mutant`, or null. Rejects when `onRun` does. */
export async function searchMutant(
  mutant: string,
  { system, scenarios, firstSeed, seedsMax, onRun }: SearchOptions,
): Promise<Caught | null> {
  let runs = 0;
  for (let seeds = 1; seeds <= seedsMax; seeds++) {
    const seed = firstSeed + seeds - 1;
    for (const scenario of scenarios) {
      // What the correct node must break says nothing of a broken one.
      if (scenario.expect === 'violated') continue;
      await onRun(scenario, seed);
      runs += 1;
      const invariant = firstBroken(system, scenario, seed, mutant);
      if (invariant !== null) return { scenario: scenario.name, seed, invariant, seeds, runs };
    }
  }
  return null;
}

/** The id of the invariant that this run breaks first, or null. */
export function firstBroken(
  system: System,
  scenario: Scenario,
  seed: number,
  mutant: string | null,
): string | null {
  return shownBy(system, scenario, seed, mutant).broken;
}

export interface Shown {
  /** The id of the invariant that was broken first, or null. */
  readonly broken: string | null;
  /** Nothing was broken, and nothing was proved. */
  readonly isUnknown: boolean;
}

/** What one run of a scenario shows; `situations` is shown the run. */
export function shownBy(
  system: System,
  scenario: Scenario,
  seed: number,
  mutant: string | null,
  situations?: Situations,
): Shown {
  const program: Program = programOf(scenario, seed, 'virtual', mutant);
  const { judgement, run } = runScenario(simulation(), system, scenario, program);
  situations?.add(run.history.events, program);
  let first: Extract<Verdict, { kind: 'violated' }> | null = null;
  for (const v of judgement.verdicts) {
    if (v.kind !== 'violated') continue;
    if (first === null || v.explanation.atUs < first.explanation.atUs) first = v;
  }
  return { broken: first?.invariant ?? null, isUnknown: judgement.verdict === 'unknown' };
}
