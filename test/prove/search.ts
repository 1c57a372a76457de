/** How soon explorations find broken nodes: steered ones against plain random ones, in the same process. */
import { allScenarios } from '../../harness/cli/scenarios.ts';
import { systemOfScenario } from '../../harness/cli/products/systems.ts';
import type { Scenario } from '../../harness/core/scenario.ts';
import { Exploration } from '../../harness/runner/explore.ts';
import { simulation } from '../../harness/simulation/environment.ts';
import { reference } from '../../reference-impl/system.ts';

type Strategy = 'guided' | 'random';

/** What it took until a promise was broken; null: it took more than it was given. */
export interface Taken {
  readonly runs: number;
  readonly events: number;
}

/** Those of the reference cluster that must hold. */
export function storiesToExplore(): readonly Scenario[] {
  return allScenarios.filter((s) => s.expect === 'holds' && systemOfScenario(s) === reference);
}

export function timeToFind(
  mutant: string,
  strategy: Strategy,
  seed: number,
  limit: Taken,
  scenarios: readonly Scenario[] = storiesToExplore(),
): Taken | null {
  const exploration = new Exploration({
    simulation: simulation(),
    system: reference,
    scenarios,
    seed,
    mutant,
    strategy,
    build: 'prove',
    budget: { eventsMax: 0, noiseQuick: 1, noiseThorough: 1, noisesAmplify: 1 },
  });
  while (exploration.runs < limit.runs && exploration.events < limit.events) {
    exploration.step();
    const { runs, events } = exploration;
    if (exploration.violations.size > 0) return { runs, events };
  }
  return null;
}

/** Times of several searches; those that found nothing count as the limit. */
export interface Compared {
  readonly mutant: string;
  readonly guided: readonly (Taken | null)[];
  readonly random: readonly (Taken | null)[];
}

export function compared(mutant: string, seeds: readonly number[], limit: Taken): Compared {
  const of = (strategy: Strategy): (Taken | null)[] =>
    seeds.map((seed) => timeToFind(mutant, strategy, seed, limit));
  return { mutant, guided: of('guided'), random: of('random') };
}

export function medianOf(
  taken: readonly (Taken | null)[],
  of: 'runs' | 'events',
  limit: Taken,
): number {
  const sorted = taken.map((t) => t?.[of] ?? limit[of]).sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
