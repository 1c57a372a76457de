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
  /** CPU time of each search, ms; those that found nothing as long as they were given. */
  readonly cpuMs: { readonly guided: readonly number[]; readonly random: readonly number[] };
}

export function compared(mutant: string, seeds: readonly number[], limit: Taken): Compared {
  const cpuMs: Record<Strategy, number[]> = { guided: [], random: [] };
  const of = (strategy: Strategy): (Taken | null)[] =>
    seeds.map((seed) => {
      const before = process.cpuUsage();
      const taken = timeToFind(mutant, strategy, seed, limit);
      const { user, system } = process.cpuUsage(before);
      cpuMs[strategy].push((user + system) / 1_000);
      return taken;
    });
  return { mutant, guided: of('guided'), random: of('random'), cpuMs };
}

export function medianOf(
  taken: readonly (Taken | null)[],
  of: 'runs' | 'events',
  limit: Taken,
): number {
  return median(taken.map((t) => t?.[of] ?? limit[of]));
}

/** The upper one of an even number; 0: there are none. */
export function median(all: readonly number[]): number {
  return all.toSorted((a, b) => a - b)[all.length >> 1] ?? 0;
}
