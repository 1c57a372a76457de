/** `antlion mutants`: is every broken node caught, how soon, and by the invariant that should? */
import { exitCodes, HarnessError } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import { tooManyUnknown } from '../core/verdict.ts';
import { sayRecord } from '../report/json-lines.ts';
import { say } from '../report/output.ts';
import { Progress } from '../report/progress.ts';
import type { RecordOf } from '../report/records.ts';
import { mutants, reference } from '../../reference-impl/system.ts';
import { Situations } from '../runner/situations.ts';
import type { MutantFlags } from './commands.ts';
import { isPath } from './load-module.ts';
import { withInterrupt } from './interrupt.ts';
import { searchMutant, shownBy } from './mutant-search.ts';
import type { Caught } from './mutant-search.ts';
import { mutantsMatching, systemOfScenario, systemsOf } from './systems.ts';
import { openWorkspace, type Workspace } from './workspace.ts';

/** Each search is done from each of these; the median counts. */
const firstSeeds = [1, 10_001, 20_001];

interface Row {
  readonly id: string;
  readonly mechanism: string | null;
  readonly difficulty: string | null;
  /** Of the first search that caught it; null: none did. */
  readonly caught: Caught | null;
  /** Over all searches, those that found nothing last; null when most found nothing. */
  readonly medianSeeds: number | null;
  readonly isExpected: boolean;
  readonly cpuMs: number;
}

/** Prints the table and the score; exit code 1 when a mutant was missed or the correct node accused. */
export function mutantsCommand(patterns: readonly string[], flags: MutantFlags): Promise<number> {
  return withInterrupt(({ signal }) => search(patterns, flags, signal));
}

async function search(
  patterns: readonly string[],
  flags: MutantFlags,
  signal: AbortSignal,
): Promise<number> {
  const paths = patterns.filter(isPath);
  const workspace = await openWorkspace({ config: flags.config, paths });
  const system = systemFor(workspace, flags.system, paths);
  const named = patterns.filter((p) => !isPath(p));
  const ids = mutantsMatching(system, flags.id === undefined ? named : [...named, flags.id]);
  const scenarios = workspace.all.filter((s) => systemOfScenario(s) === system);
  requireSearch(system, scenarios);
  const progress = new Progress();
  /** What the mutants ran, so that the correct node can run the same. */
  const tried = new Map<string, { readonly scenario: Scenario; readonly seed: number }>();
  const rows: Row[] = [];
  if (!flags.json) say(header);
  for (const id of ids) {
    const row = await rowOf(system, id, scenarios, flags.runs, async (scenario, seed) => {
      tried.set(`${scenario.name} ${seed}`, { scenario, seed });
      progress.update(`${id}: ${scenario.name} seed ${seed}`);
      await turn(signal);
    });
    progress.end();
    rows.push(row);
    if (flags.json) sayRecord('search', recordOf(row));
    else say(line(row));
  }
  let alarms = 0;
  const situations = new Situations(system.facets);
  let unknown = 0;
  for (const { scenario, seed } of tried.values()) {
    progress.update(`correct node: ${scenario.name} seed ${seed}`);
    await turn(signal);
    const { broken, isUnknown } = shownBy(system, scenario, seed, null, situations);
    if (broken !== null) alarms += 1;
    if (isUnknown) unknown += 1;
  }
  progress.end();
  const score = {
    mutants: rows.length,
    caught: rows.filter((r) => r.medianSeeds !== null).length,
    asExpected: rows.filter((r) => r.isExpected).length,
    correctRuns: tried.size,
    falseAlarms: alarms,
    unknown,
    neverTried: [...situations.never],
  };
  if (flags.json) sayRecord('score', score);
  else {
    say(scoreLine(score));
    for (const line of situations.lines()) say(`- ${line}`);
  }
  if (score.caught < score.mutants || alarms > 0) return exitCodes.violated;
  return tooManyUnknown(unknown, tried.size) ? exitCodes.unknown : exitCodes.holds;
}

/** Throws E_USAGE where nobody knows it, or where files leave it open which one is meant. */
function systemFor(
  workspace: Workspace,
  name: string | undefined,
  paths: readonly string[],
): System {
  if (name === undefined && paths.length === 0) return reference;
  const [only, ...others] = name === undefined ? systemsOf(workspace.chosen(paths)) : [];
  const found = name === undefined ? only : workspace.systemNamed(name);
  if (found && others.length === 0) return found;
  const what = name === undefined ? 'left open by the files' : `"${name}"`;
  throw new HarnessError(
    'E_USAGE',
    `system is ${what}, wanted one of ${workspace.systemNames.join(', ')}. Pass --system NAME.`,
  );
}

/** Throws E_USAGE where there is nothing to look for, or nowhere to look. */
function requireSearch(system: System, scenarios: readonly Scenario[]): void {
  const missing =
    system.machine === undefined
      ? 'is no system of components, and mutants are searched in simulation'
      : Object.keys(system.mutants).length === 0
        ? 'names no mutants'
        : scenarios.length === 0
          ? 'has no scenario here'
          : null;
  if (missing === null) return;
  throw new HarnessError(
    'E_USAGE',
    `${system.name} ${missing}, wanted components, mutants and a scenario. See docs/guides/system.md.`,
  );
}

async function rowOf(
  system: System,
  id: string,
  scenarios: readonly Scenario[],
  seedsMax: number,
  onRun: (scenario: Scenario, seed: number) => Promise<void>,
): Promise<Row> {
  /** What is known of it beyond its line, where the reference is meant. */
  const mutant = system === reference ? mutants[id] : undefined;
  const before = process.cpuUsage();
  const found: (Caught | null)[] = [];
  for (const firstSeed of firstSeeds) {
    const options = { system, scenarios, firstSeed, seedsMax, onRun };
    found.push(await searchMutant(id, options));
  }
  const used = process.cpuUsage(before);
  const caught = found.filter((c) => c !== null);
  const seeds = found.map((c) => c?.seeds ?? Infinity).sort((a, b) => a - b);
  const median = seeds[Math.floor(seeds.length / 2)] ?? Infinity;
  return {
    id,
    mechanism: mutant?.mechanism ?? null,
    difficulty: mutant?.difficulty ?? null,
    caught: caught[0] ?? null,
    medianSeeds: Number.isFinite(median) ? median : null,
    // Every search must blame one of the right invariants, not only the one that is printed.
    isExpected:
      caught.length > 0 && caught.every((c) => mutant?.breaks.includes(c.invariant) ?? true),
    cpuMs: Math.round((used.user + used.system) / 1_000),
  };
}

/** Lets Ctrl-C be seen between simulated runs. Rejects after one. */
async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

function recordOf({ id, caught, ...row }: Row): RecordOf<'search'> {
  if (caught === null) return { mutant: id, caught, ...row };
  const { scenario, seed, invariant: promise, seeds } = caught;
  return { mutant: id, caught: { scenario, seed, promise, seeds }, ...row };
}

const widths = [26, 12, 10, 20, 7, 7, 18, 9, 7];

const header = columns([
  'mutant',
  'mechanism',
  'difficulty',
  'scenario',
  'seed',
  'median',
  'invariant',
  'expected',
  'CPU ms',
]);

function line(r: Row): string {
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
  ]);
}

function columns(cells: readonly string[]): string {
  return cells
    .map((cell, i) => cell.padEnd(widths[i] ?? 0))
    .join(' ')
    .trimEnd();
}

function scoreLine(s: {
  readonly mutants: number;
  readonly caught: number;
  readonly asExpected: number;
  readonly correctRuns: number;
  readonly falseAlarms: number;
  readonly unknown: number;
}): string {
  return `caught ${s.caught}/${s.mutants} · right invariant ${s.asExpected}/${s.caught} · false alarms of the correct node ${s.falseAlarms} in the same ${s.correctRuns} runs, ${s.unknown} of them unknown`;
}
