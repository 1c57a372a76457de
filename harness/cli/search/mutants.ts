/** `antlion mutants`: is every broken node caught, how soon, and by the invariant that should? */
import { exitCodes, HarnessError } from '../../core/errors.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { tooManyUnknown } from '../../core/verdict.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { say } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import type { Mutant } from '../../../reference-impl/mechanism.ts';
import { mutants, reference } from '../../../reference-impl/system.ts';
import { Situations } from '../../runner/situations.ts';
import type { MutantFlags } from '../commands.ts';
import { isPath } from '../files/load-module.ts';
import { withInterrupt } from '../interrupt.ts';
import { header, line, recordOf, rowOf, type Row } from './mutant-rows.ts';
import { shownBy } from './mutant-search.ts';
import { mutantsMatching, systemOfScenario, systemsOf } from '../products/systems.ts';
import { openWorkspace, type Workspace } from '../workspace.ts';

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
  const asked = flags.id === undefined ? named : [...named, flags.id];
  const isAll = asked.length === 0 && !flags.bench;
  // What nobody is known to catch is looked for where it is asked for, and by a bench.
  const isKnown = (id: string): boolean =>
    !isAll || system !== reference || mutants[id]?.missed === undefined;
  const ids = mutantsMatching(system, asked).filter(isKnown);
  const scenarios = workspace.all.filter((s) => systemOfScenario(s) === system);
  requireSearch(system, scenarios);
  const progress = new Progress();
  /** What the mutants ran, so that the correct node can run the same. */
  const tried = new Map<string, { readonly scenario: Scenario; readonly seed: number }>();
  const rows: Row[] = [];
  if (!flags.json) say(header);
  for (const id of ids) {
    const onRun = async (scenario: Scenario, seed: number): Promise<void> => {
      tried.set(`${scenario.name} ${seed}`, { scenario, seed });
      progress.update(`${id}: ${scenario.name} seed ${seed}`);
      await turn(signal);
    };
    const { bench: isBench, runs: seedsMax } = flags;
    const row = await rowOf(id, {
      system,
      scenarios: isBench || system !== reference ? scenarios : likelyFirst(scenarios, mutants[id]),
      seedsMax,
      onRun,
      isBench,
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
  const isCaught = (r: Row): boolean => r.medianSeeds !== null;
  const natural = rows.filter((r) => r.from !== null);
  const score = {
    mutants: rows.length,
    caught: rows.filter(isCaught).length,
    ofProducts: { mutants: natural.length, caught: natural.filter(isCaught).length },
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

/**
 * The story that is known to show it comes first, then those that judge a promise it is known to break,
 * the fewest others beside it first. A published score knows nothing beforehand: a bench keeps the order.
 */
function likelyFirst(
  scenarios: readonly Scenario[],
  { breaks, shows }: Pick<Mutant, 'breaks' | 'shows'> = { breaks: [] },
): readonly Scenario[] {
  const rank = ({ name, promises }: Scenario): number => {
    if (name === shows?.[0]) return -1;
    const others = promises.filter((id) => !breaks.includes(id)).length;
    return others === promises.length ? scenarios.length : others;
  };
  return scenarios.toSorted((a, b) => rank(a) - rank(b));
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

/** Lets Ctrl-C be seen between simulated runs. Rejects after one. */
async function turn(signal: AbortSignal): Promise<void> {
  await new Promise((resolve) => setImmediate(resolve));
  signal.throwIfAborted();
}

function scoreLine(s: {
  readonly mutants: number;
  readonly caught: number;
  readonly ofProducts: { readonly mutants: number; readonly caught: number };
  readonly asExpected: number;
  readonly correctRuns: number;
  readonly falseAlarms: number;
  readonly unknown: number;
}): string {
  const { ofProducts: p } = s;
  const natural = p.mutants === 0 ? '' : ` (of bugs that products had: ${p.caught}/${p.mutants})`;
  return `caught ${s.caught}/${s.mutants}${natural} · right invariant ${s.asExpected}/${s.caught} · false alarms of the correct node ${s.falseAlarms} in the same ${s.correctRuns} runs, ${s.unknown} of them unknown`;
}
