/** `antlion run`: scenarios, seeds, verdicts. */
import type { Scenario } from '../core/scenario.ts';
import { Progress } from '../report/progress.ts';
import { count } from '../report/terminal.ts';
import { requireMutant } from '../runner/run-scenario.ts';
import { Situations } from '../runner/situations.ts';
import { SometimesCoverage, usualSometimes } from '../runner/sometimes.ts';
import type { RunFlags } from './commands.ts';
import { environmentOf, openEnvironment } from './environments.ts';
import { openHistoryFolder } from './history-file.ts';
import { openMetricsFile } from './metrics-file.ts';
import { withInterrupt } from './interrupt.ts';
import { isPath } from './load-module.ts';
import { runOnce } from './run-once.ts';
import { ReportBook } from './report-book.ts';
import { RunOutput } from './run-output.ts';
import { Summary, exitCodeOf, totalOf } from './summary.ts';
import { systemOfScenario, systemsOf } from './systems.ts';
import { turn } from './turns.ts';
import { openWorkspace } from './workspace.ts';

/** Runs and prints; gives the exit code. */
export function runCommand(names: readonly string[], flags: RunFlags): Promise<number> {
  return withInterrupt(({ signal }) => runAll(names, flags, signal));
}

async function runAll(
  names: readonly string[],
  flags: RunFlags,
  signal: AbortSignal,
): Promise<number> {
  const begunMs = performance.now();
  const workspace = await openWorkspace({ config: flags.config, paths: names.filter(isPath) });
  const all = workspace.chosen(names);
  const systems = systemsOf(all);
  for (const system of systems) requireMutant(system, flags.mutant);
  const mutant = flags.mutant ?? null;
  if (flags.history !== undefined) openHistoryFolder(flags.history);
  const book = flags.report === undefined ? undefined : new ReportBook(flags.report);
  const progress = new Progress();
  const onProgress = (what: string): void => progress.update(what);
  const environment = await openEnvironment(flags.env, { signal, onProgress });
  const scenarios = all.filter(
    (s) =>
      s.environments.includes(environment.name) &&
      environmentOf(systemOfScenario(s), environment) !== null,
  );
  const summaries = new Map(scenarios.map((s) => [s.name, new Summary(s)]));
  const out = new RunOutput(flags.json);
  const situations = new Situations(systems.flatMap((s) => s.facets ?? []));
  const reached = new SometimesCoverage([
    ...usualSometimes,
    ...systems.flatMap((s) => s.sometimes ?? []),
  ]);
  const metrics =
    flags.metrics === undefined
      ? undefined
      : openMetricsFile(
          flags.metrics,
          systems.flatMap((s) => s.metrics ?? []),
        );
  for (const s of all) if (!scenarios.includes(s)) out.skipped(s, environment.name);

  const isSearch = mutant !== null;
  for (const { scenario, seed, isLast } of attempts(scenarios, flags, isSearch)) {
    if (signal.aborted) break;
    const summary = summaries.get(scenario.name) as Summary;
    const which = `${scenario.name} seed ${seed}${flags.runs > 1 ? `, run ${count(summary.runs + 1)} of ${count(flags.runs)}` : ''}`;
    progress.update(which);
    const system = systemOfScenario(scenario);
    const where = environmentOf(system, environment) ?? environment;
    const report = await runOnce(where, system, scenario, {
      seed,
      mutant,
      isShrunk: summary.violated === 0,
      signal,
      reached,
      situations,
      metrics,
      from: workspace.originOf(scenario),
      historyFolder: flags.history,
      onProgress: (what) => progress.update(`${which}: ${what}`),
      onReport: async (done, result) => {
        await book?.add({ environment: where, system, scenario, signal }, done, result);
      },
    });
    progress.end();
    summary.add(report);
    out.run(report);
    const isFound = isSearch && report.verdict === 'violated';
    // A search goes round the scenarios: their figures are known in the end only.
    if (isLast && !isSearch) out.scenario(summary);
    if (isFound) break;
    await turn();
  }
  progress.end();
  await metrics?.write();
  const list = [...summaries.values()];
  if (isSearch || signal.aborted) for (const s of list) out.scenario(s);
  book?.write({
    total: totalOf(list, all.length - scenarios.length, performance.now() - begunMs),
    skipped: all
      .filter((s) => !scenarios.includes(s))
      .map(({ name }) => ({ scenario: name, reason: `it does not run in ${environment.name}` })),
    never: flags.runs > 1 && !signal.aborted ? [...reached.lines(), ...situations.lines()] : null,
    isInterrupted: signal.aborted,
  });
  out.end(list, all.length - scenarios.length, performance.now() - begunMs, {
    // One run need not come across everything; a suite should.
    coverage: flags.runs > 1 && !signal.aborted ? { reached, situations } : null,
    isInterrupted: signal.aborted,
    mutant,
  });
  return exitCodeOf(list);
}

/** A search for a mutant tries every scenario with one seed before the next seed. */
function* attempts(
  scenarios: readonly Scenario[],
  { seed, runs }: RunFlags,
  isSearch: boolean,
): Generator<{ scenario: Scenario; seed: number; isLast: boolean }> {
  const outer = isSearch ? runs : scenarios.length;
  const inner = isSearch ? scenarios.length : runs;
  for (let i = 0; i < outer; i++) {
    for (let j = 0; j < inner; j++) {
      const [s, k] = isSearch ? [j, i] : [i, j];
      // Past the largest seed it goes on with 0.
      const own = (seed + k) >>> 0;
      yield { scenario: scenarios[s] as Scenario, seed: own, isLast: k === runs - 1 };
    }
  }
}
