/** What a search for one broken node came to, and how it is told. */
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import type { RecordOf } from '../../report/records.ts';
import { mutants, reference } from '../../../reference-impl/system.ts';
import { counterexample, shrinkBudget } from '../../runner/counterexample.ts';
import { programOf, promisesFor } from '../../runner/run-scenario.ts';
import { size } from '../../runner/shrink.ts';
import { simulation } from '../../simulation/environment.ts';
import { searchMutant } from './mutant-search.ts';
import type { Caught, SearchOptions } from './mutant-search.ts';

/** Each search is done from each of these; the median counts. A bench does the first. */
const firstSeeds = [1, 10_001, 20_001];

export interface Row {
  readonly id: string;
  readonly mechanism: string | null;
  readonly difficulty: string | null;
  readonly what: string;
  readonly from: { readonly system: string; readonly issue: string; readonly part?: number } | null;
  /** Of the first search that caught it; null: none did. */
  readonly caught: Caught | null;
  /** Left of that one; null where it was not asked for. */
  readonly steps: number | null;
  /** Over all searches, those that found nothing last; null when most found nothing. */
  readonly medianSeeds: number | null;
  readonly isExpected: boolean;
  readonly cpuMs: number;
}

export interface RowOptions extends Pick<
  SearchOptions,
  'system' | 'scenarios' | 'seedsMax' | 'onRun'
> {
  readonly isBench: boolean;
}

export async function rowOf(id: string, { isBench, ...o }: RowOptions): Promise<Row> {
  const { system, scenarios } = o;
  /** What is known of it beyond its line, where the reference is meant. */
  const mutant = system === reference ? mutants[id] : undefined;
  const before = process.cpuUsage();
  const found: (Caught | null)[] = [];
  for (const firstSeed of isBench ? firstSeeds.slice(0, 1) : firstSeeds) {
    found.push(await searchMutant(id, { ...o, firstSeed }));
  }
  const used = process.cpuUsage(before);
  const caught = found.filter((c) => c !== null);
  const seeds = found.map((c) => c?.seeds ?? Infinity).sort((a, b) => a - b);
  const median = seeds[Math.floor(seeds.length / 2)] ?? Infinity;
  const first = caught[0] ?? null;
  return {
    id,
    mechanism: mutant?.mechanism ?? null,
    difficulty: mutant?.difficulty ?? null,
    what: system.mutants[id] ?? '',
    from: mutant?.from ?? null,
    caught: first,
    steps: isBench && first !== null ? stepsLeft(id, first, system, scenarios) : null,
    medianSeeds: Number.isFinite(median) ? median : null,
    // Every search must blame one of the right invariants, not only the one that is printed.
    isExpected:
      caught.length > 0 && caught.every((c) => mutant?.breaks.includes(c.invariant) ?? true),
    cpuMs: Math.round((used.user + used.system) / 1_000),
  };
}

/** Of simulation; a bench shrinks hundreds of runs. */
const shrinkEventsMax = 2_000_000;

/** Faults and operations left of what was caught; null where the promise is the harness's own, which is not shrunk. */
function stepsLeft(
  mutant: string,
  { scenario: name, seed, invariant }: Caught,
  system: System,
  scenarios: readonly Scenario[],
): number | null {
  const scenario = scenarios.find((s) => s.name === name);
  const [promise] = promisesFor(system, [invariant], scenario?.own).invariants;
  if (scenario === undefined || promise === undefined) return null;
  const program = programOf(scenario, seed, 'virtual', mutant);
  const budget = { ...shrinkBudget, eventsMax: shrinkEventsMax, noisesAmplify: 1 };
  const { record } = counterexample(simulation(), system, promise, program, {
    build: null,
    budget,
  });
  return size(record.program);
}

export function recordOf({ id, caught, ...row }: Row): RecordOf<'search'> {
  if (caught === null) return { mutant: id, caught, ...row };
  const { scenario, seed, invariant: promise, seeds, runs } = caught;
  return { mutant: id, caught: { scenario, seed, promise, seeds, runs }, ...row };
}

const widths = [30, 12, 10, 20, 7, 7, 24, 9, 7, 6];

export const header = columns([
  'mutant',
  'mechanism',
  'difficulty',
  'scenario',
  'seed',
  'median',
  'invariant',
  'expected',
  'CPU ms',
  'steps',
]);

export function line(r: Row): string {
  return columns([
    r.id,
    r.mechanism ?? '-',
    r.difficulty ?? '-',
    r.caught?.scenario ?? '-',
    r.caught === null ? '-' : String(r.caught.seed),
    r.medianSeeds === null ? 'missed' : String(r.medianSeeds),
    r.caught?.invariant ?? '-',
    r.isExpected ? 'yes' : 'no',
    String(r.cpuMs),
    r.steps === null ? '-' : String(r.steps),
  ]);
}

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join(' ')
    .trimEnd();
}
