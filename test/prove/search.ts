/** How soon explorations find broken nodes: steered ones against plain random ones, in the same process. */
import { allScenarios } from '../../harness/cli/scenarios.ts';
import { systemOfScenario } from '../../harness/cli/products/systems.ts';
import { hashText } from '../../harness/core/prng.ts';
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

/** By the other half of the mutants ways to search are chosen; by these they are measured. */
export function isHeldOut(mutant: string): boolean {
  return ((hashText(mutant) >>> 7) & 1) === 1;
}

/** Those that random searches need more than three runs for, in the median: of the others there is little to gain. */
export function hardOnes(all: readonly Compared[], limit: Taken): readonly Compared[] {
  return all.filter((c) => medianOf(c.random, 'runs', limit) > 3);
}

/** How often guided searches are as fast as random ones, and what both found. */
export interface Figures {
  /** Medians over the mutants of median of random searches to median of guided ones. */
  readonly faster: { readonly cpu: number; readonly events: number; readonly runs: number };
  /** Searches that found their mutant, ‰. */
  readonly foundPermille: Readonly<Record<Strategy, number>>;
  /** Mutants that half of the random searches found, or more, and fewer of the guided ones. */
  readonly lost: readonly string[];
}

export function figuresOf(all: readonly Compared[], limit: Taken): Figures {
  const ratio = (of: 'runs' | 'events'): number =>
    median(all.map((c) => medianOf(c.random, of, limit) / medianOf(c.guided, of, limit)));
  const found = (taken: Compared[Strategy]): number => taken.filter((t) => t !== null).length;
  const permille = (of: Strategy): number => {
    const searches = all.reduce((sum, c) => sum + c[of].length, 0);
    const hits = all.reduce((sum, c) => sum + found(c[of]), 0);
    return Math.round((1_000 * hits) / Math.max(1, searches));
  };
  const lost = all.filter(
    (c) => 2 * found(c.random) >= c.random.length && 2 * found(c.guided) < c.guided.length,
  );
  return {
    faster: {
      cpu: median(all.map((c) => median(c.cpuMs.random) / median(c.cpuMs.guided))),
      events: ratio('events'),
      runs: ratio('runs'),
    },
    foundPermille: { guided: permille('guided'), random: permille('random') },
    lost: lost.map((c) => c.mutant),
  };
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
