/** `antlion run`: scenarios, seeds, verdicts. */
import type { Facet } from '../../core/system.ts';
import { Progress } from '../../report/progress.ts';
import type { RecordOf } from '../../report/records.ts';
import { Reporters } from '../../report/reporter.ts';
import { count } from '../../report/terminal.ts';
import { withPlan } from '../../plans/with-plan.ts';
import { requireMutant } from '../../runner/run-scenario.ts';
import { Situations } from '../../runner/situations.ts';
import { SometimesCoverage } from '../../runner/sometimes.ts';
import type { RunFlags } from '../commands.ts';
import { environmentOf, openEnvironment } from '../environments.ts';
import type { OpenEnvironment } from '../environments.ts';
import { withInterrupt } from '../interrupt.ts';
import { isPath } from '../files/load-module.ts';
import { runOnce } from './run-once.ts';
import type { RunPart, RunReport } from './run-once.ts';
import { counterexampleOf, RunOutput, untilTold } from './run-output.ts';
import { openOutputs } from './run-outputs.ts';
import type { RunOutputs } from './run-outputs.ts';
import { planOf } from './run-plan.ts';
import type { Attempt, RunPlan } from './run-plan.ts';
import { Summary, exitCodeOf, totalOf } from './summary.ts';
import { systemOfScenario, systemsOf } from '../products/systems.ts';
import { turn } from './turns.ts';
import { planFile } from '../files/plan-file.ts';
import { openWorkspace } from '../workspace.ts';
import type { Workspace } from '../workspace.ts';

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
  const chosen = workspace.chosen(names);
  const planned = flags.plan === undefined ? null : await planFile(flags.plan);
  const all =
    planned === null ? chosen : chosen.map((s) => workspace.standsFor(withPlan(s, planned), s));
  for (const system of systemsOf(all)) requireMutant(system, flags.mutant);
  const progress = new Progress();
  const onProgress = (what: string): void => progress.update(what);
  const environment = await openEnvironment(flags.env, { signal, onProgress });
  const plan = planOf(all, { environment, flags, workspace });
  const systems = systemsOf(all);
  const outputs = await openOutputs(
    flags,
    systems.flatMap((s) => s.metrics ?? []),
  );
  const facets = systems.flatMap((s) => s.facets ?? []);
  const job: Job = {
    plan,
    flags,
    signal,
    workspace,
    environment,
    outputs,
    progress,
    out: new RunOutput(new Reporters([outputs.main, outputs.files])),
    begunMs,
    facets,
    situations: new Situations(facets),
    reached: new SometimesCoverage(plan.sometimes),
    summaries: new Map(plan.scenarios.map((s) => [s.name, new Summary(s)])),
  };
  job.out.plan(plan.record);
  for (const { name, skipped } of plan.record.scenarios) {
    if (skipped !== null) job.out.skipped(name, environment.name, skipped);
  }
  await untilTold(
    async () => {
      await runThrough(job);
      await outputs.metrics?.write();
    },
    (stoppedBy) => tell(job, stoppedBy),
  );
  return exitCodeOf([...job.summaries.values()]);
}

interface Job {
  readonly plan: RunPlan;
  readonly flags: RunFlags;
  readonly signal: AbortSignal;
  readonly workspace: Workspace;
  readonly environment: OpenEnvironment;
  readonly outputs: RunOutputs;
  readonly progress: Progress;
  readonly out: RunOutput;
  readonly begunMs: number;
  readonly facets: readonly Facet[];
  readonly situations: Situations;
  readonly reached: SometimesCoverage;
  readonly summaries: ReadonlyMap<string, Summary>;
}

async function runThrough(job: Job): Promise<void> {
  const { plan, signal, summaries, progress, out } = job;
  const { failuresMax, mutant } = plan.record;
  let violated = 0;
  for (const attempt of plan.attempts()) {
    if (signal.aborted) break;
    const summary = summaries.get(attempt.scenario.name) as Summary;
    const { report, part } = await one(job, attempt, summary);
    progress.end();
    summary.add(report);
    out.run(report, part);
    // A search goes round the scenarios: their figures are known in the end only.
    if (attempt.isLast && mutant === null) out.scenario(summary);
    if (report.verdict === 'violated') violated += 1;
    if (failuresMax !== null && violated >= failuresMax) break;
    await turn();
  }
  progress.end();
}

async function one(
  job: Job,
  { scenario, seed }: Attempt,
  summary: Summary,
): Promise<{ readonly report: RunReport; readonly part: RecordOf<'part'> | null }> {
  const { flags, environment, outputs, signal, progress, workspace, plan } = job;
  const runs = plan.runsOf(scenario);
  const which = `${scenario.name} seed ${seed}${runs > 1 ? `, run ${count(summary.runs + 1)} of ${count(runs)}` : ''}`;
  progress.update(which);
  const system = systemOfScenario(scenario);
  const where = environmentOf(system, environment) ?? environment;
  const parts: RunPart[] = [];
  const report = await runOnce(where, system, scenario, {
    seed,
    mutant: plan.record.mutant,
    isShrunk: summary.violated === 0,
    shrinkEventsMax: flags.shrinkEvents,
    signal,
    reached: job.reached,
    situations: job.situations,
    metrics: outputs.metrics,
    from: workspace.originOf(scenario),
    historyFolder: flags.history,
    live: { progress, title: which },
    ...(plan.record.shard !== null && { onPart: (part: RunPart) => parts.push(part) }),
    onReport: async (done, result) => {
      const ground = { environment: where, system, scenario, signal };
      await outputs.keepers.add(ground, done, result);
    },
  });
  const isPart = plan.record.shard !== null;
  return { report, part: isPart ? partOf(scenario.name, seed, parts[0], job) : null };
}

/** What `merge` wants to know besides the run itself. */
function partOf(
  scenario: string,
  seed: number,
  part: RunPart | undefined,
  { plan, facets }: Job,
): RecordOf<'part'> {
  if (part === undefined) return { scenario, seed, asItHappened: null, coverage: null };
  const { asItHappened, run, program } = part;
  const reached = new SometimesCoverage(plan.sometimes);
  reached.add(run.history, program);
  const situations = new Situations(facets);
  situations.add(run.history.events, program);
  const { seen, kinds, tried } = situations.state;
  return {
    scenario,
    seed,
    asItHappened: asItHappened === null ? null : counterexampleOf(asItHappened),
    coverage: {
      possible: [...reached.state.possible],
      reached: [...reached.state.reached],
      seen: seen.map(([place, side]) => [place, side]),
      kinds: kinds.map(([place, kind]) => [place, kind]),
      tried: [...tried],
    },
  };
}

/** The end of the story: what is not told yet of scenarios, the page, the sum. */
function tell(job: Job, stoppedBy: string | null): void {
  const { plan, summaries, outputs, begunMs, signal } = job;
  job.progress.end();
  const isInterrupted = signal.aborted || stoppedBy !== null;
  // An error is all that a person is told; files, which outlive it, have what was found as well.
  const out = stoppedBy === null ? job.out : new RunOutput(outputs.files);
  const list = [...summaries.values()];
  for (const s of list) out.scenario(s);
  const skipped = plan.record.scenarios.filter((s) => s.skipped !== null);
  const elapsedMs = performance.now() - begunMs;
  const { reached, situations } = job;
  // One run need not come across everything; a suite should.
  const isSuite = plan.record.runs > 1 && !isInterrupted;
  for (const book of outputs.keepers.books) {
    book.write({
      total: totalOf(list, skipped.length, elapsedMs),
      skipped: skipped.map((s) => ({ scenario: s.name, reason: s.skipped ?? '' })),
      never: isSuite ? [...reached.lines(), ...situations.lines()] : null,
      isInterrupted,
    });
  }
  const neverReached = reached.never.map(({ id, claim }) => ({ id, claim }));
  const runs = list.reduce((n, s) => n + s.runs, 0);
  out.end(list, {
    skipped: skipped.length,
    elapsedMs,
    coverage: isSuite ? { neverReached, neverTried: [...situations.never] } : null,
    isInterrupted,
    ...(stoppedBy !== null && { stoppedBy }),
    notRun: plan.count - runs,
  });
  outputs.files.end();
}
