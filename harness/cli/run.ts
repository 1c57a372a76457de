/** `antlion run`: scenarios, seeds, verdicts. */
import { exitCodes } from '../core/errors.ts';
import type { Scenario } from '../core/scenario.ts';
import { say, sayJson, sayLines, warn } from '../report/output.ts';
import { Progress } from '../report/progress.ts';
import { count, scenarioLines, violationLines } from '../report/terminal.ts';
import { requireMutant } from '../runner/run-scenario.ts';
import type { RunFlags } from './commands.ts';
import { Reached, usualSometimes } from '../runner/sometimes.ts';
import { Situations } from '../runner/situations.ts';
import { openEnvironment } from './environments.ts';
import { withInterrupt } from './interrupt.ts';
import { Summary } from './summary.ts';
import { systemOfScenario, systemsOf } from './systems.ts';
import { isPath } from './load-module.ts';
import { openWorkspace } from './workspace.ts';
import { runOnce } from './run-once.ts';
import type { RunReport } from './run-once.ts';

/** Runs and prints; gives the exit code. */
export function runCommand(names: readonly string[], flags: RunFlags): Promise<number> {
  return withInterrupt(({ signal }) => runAll(names, flags, signal));
}

async function runAll(
  names: readonly string[],
  flags: RunFlags,
  signal: AbortSignal,
): Promise<number> {
  const workspace = await openWorkspace({ config: flags.config, paths: names.filter(isPath) });
  const all = workspace.chosen(names);
  const systems = systemsOf(all);
  for (const system of systems) requireMutant(system, flags.mutant);
  const mutant = flags.mutant ?? null;
  const environment = await openEnvironment(flags.env, signal);
  const scenarios = all.filter((s) => s.environments.includes(environment.name));
  const summaries = new Map(scenarios.map((s) => [s.name, new Summary(s)]));
  const progress = new Progress();
  const out = new Output(flags.json);
  const situations = new Situations(systems.flatMap((s) => s.facets ?? []));
  const reached = new Reached([...usualSometimes, ...systems.flatMap((s) => s.sometimes ?? [])]);
  for (const s of all) if (!scenarios.includes(s)) out.skipped(s, environment.name);

  for (const { scenario, seed } of attempts(scenarios, flags, mutant !== null)) {
    if (signal.aborted) break;
    const summary = summaries.get(scenario.name) as Summary;
    progress.update(`${scenario.name} seed ${seed} (${count(summary.runs)} runs done)`);
    const report = await runOnce(environment, systemOfScenario(scenario), scenario, {
      seed,
      mutant,
      isShrunk: summary.violated === 0,
      reached,
      situations,
      from: workspace.originOf(scenario),
      onProgress: (what) => progress.update(`${scenario.name} seed ${seed}: ${what}`),
    });
    progress.end();
    summary.add(report);
    out.run(report);
    if (mutant !== null && report.verdict === 'violated') break;
    // Lets Ctrl-C be seen between simulated runs.
    await new Promise((resolve) => setImmediate(resolve));
  }
  progress.end();
  if (!flags.json) out.summary([...summaries.values()]);
  // One run need not come across everything; a suite should.
  if (flags.runs > 1 && !signal.aborted) {
    out.neverReached([...reached.lines(), ...situations.lines()]);
  }
  return exitCodeOf([...summaries.values()]);
}

/** A search for a mutant tries every scenario with one seed before the next seed. */
function* attempts(
  scenarios: readonly Scenario[],
  flags: RunFlags,
  isSearch: boolean,
): Generator<{ scenario: Scenario; seed: number }> {
  if (isSearch) {
    for (const seed of seeds(flags)) for (const scenario of scenarios) yield { scenario, seed };
  } else {
    for (const scenario of scenarios) for (const seed of seeds(flags)) yield { scenario, seed };
  }
}

function* seeds({ seed, runs }: RunFlags): Generator<number> {
  for (let k = 0; k < runs; k++) yield seed + k;
}

class Output {
  private readonly isJson: boolean;

  constructor(isJson: boolean) {
    this.isJson = isJson;
  }

  skipped(s: Scenario, env: string): void {
    if (this.isJson) return;
    say(`- skipped    ${s.name}: it does not run in ${env}`);
  }

  run(report: RunReport): void {
    if (this.isJson) sayJson(jsonOf(report));
    else if (report.story !== null) sayLines(violationLines(report.story));
  }

  summary(summaries: readonly Summary[]): void {
    for (const t of summaries) if (t.runs > 0) sayLines(scenarioLines(t.figures()));
  }

  /** Beside the verdicts: it says how much they mean, and changes none of them. */
  neverReached(lines: readonly string[]): void {
    for (const line of lines) (this.isJson ? warn : say)(`- ${line}`);
  }
}

/** One line of `--json`. */
export function jsonOf(t: RunReport): object {
  return {
    scenario: t.scenario,
    env: t.env,
    seed: t.seed,
    verdict: t.verdict,
    operations: t.operations,
    faultsFelt: t.faultsFelt,
    narrowed: t.narrowed,
    judged: t.judged,
    remarks: t.remarks,
    traceHash: t.traceHash,
    counterexample: t.story === null ? null : { steps: t.story.steps, token: t.story.token },
    elapsedMs: t.elapsedMs,
  };
}

/** Violated beats leftovers beats unknown (more than 1 % of a scenario's runs). */
export function exitCodeOf(summaries: readonly Summary[]): number {
  const ran = summaries.filter((t) => t.runs > 0);
  if (ran.some((t) => t.isViolated)) return exitCodes.violated;
  if (ran.some((t) => t.leftovers.length > 0)) return exitCodes.leftovers;
  if (ran.length === 0 || ran.some((t) => t.isUnknown)) return exitCodes.unknown;
  return exitCodes.holds;
}
