/** Runs what a system is put through, one scenario after the other, and says what came out. */
import { randomBytes } from 'node:crypto';
import type { Environment, Run } from '../../core/environment.ts';
import { exitCodes } from '../../core/errors.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Endpoint } from '../../core/system.ts';
import { FigureBook } from '../../metrics/figures.ts';
import { sayLines, warn } from '../../report/output.ts';
import { Progress } from '../../report/progress.ts';
import type { RecordOf } from '../../report/records.ts';
import { Reporters } from '../../report/reporter.ts';
import { promisesFor } from '../../runner/run-scenario.ts';
import type { Anomaly, OpenSystem } from '../../systems/define-system.ts';
import { brokenOff } from '../run/broken-off.ts';
import { dryRunLines } from './dry-run.ts';
import { figureLines } from '../run/figure-lines.ts';
import { Keepers } from '../run/keepers.ts';
import { knownAnomaly, knownSentence } from './known-anomaly.ts';
import { runOnce } from '../run/run-once.ts';
import type { RunReport } from '../run/run-once.ts';
import type { Release } from '../products/releases.ts';
import { openReporters } from '../run/reporters.ts';
import { RunOutput, untilTold } from '../run/run-output.ts';
import { Summary, exitCodeOf, totalOf } from '../run/summary.ts';
import { sameAgain } from './verify-flags.ts';
import type { VerifyCall } from './verify-flags.ts';
import type { Fit, FitScenario } from './verify-scenarios.ts';
import { without } from './without.ts';

/** What is to be verified, and how, as it was asked for. */
export interface Task extends VerifyCall {
  /** Name or path, as it was given. */
  readonly asked: string;
  readonly open: OpenSystem;
  readonly signal: AbortSignal;
  /** That came with the system. */
  readonly scenarios: readonly Scenario[];
  /** What is known to break. */
  readonly anomalies: readonly Anomaly[];
  /** Which one members of our own run; null: the one that is installed. */
  readonly release: Release | null;
  /** What members are upgraded to, where that is a release. */
  readonly next: Release | null;
  /** Of the members; null: nobody knows. */
  version(): string | null;
}

/** `endpoints` are none where the members are our own. Gives the exit code. */
export async function search(
  plain: Environment<Promise<Run>>,
  { all, leftOut }: Fit,
  task: Task,
  endpoints: readonly Endpoint[],
): Promise<number> {
  const { flags } = task;
  const environment = without(plain, flags.without);
  if (flags.dryRun) {
    sayLines(dryRunLines(environment, { all, leftOut }, task, endpoints));
    return 0;
  }
  const begunMs = performance.now();
  // What would break a promise is known of the mutants of the reference cluster alone.
  const { main, files, pages } = openReporters(flags, flags.verbose ? { breaks: () => [] } : {});
  const keepers = await Keepers.open(flags, pages);
  const summaries = all.map(({ scenario }) => new Summary(scenario));
  const out = new RunOutput(new Reporters([main, ...files]));
  const job: Job = { environment, all, task, endpoints, out, keepers, summaries };
  out.plan(planOf(environment.name, all, task));
  await untilTold(
    () => runThrough(job),
    (stoppedBy) => {
      const told = stoppedBy === null ? out : new RunOutput(new Reporters(files));
      tell({ ...job, out: told }, stoppedBy, performance.now() - begunMs);
      new Reporters(files).end();
    },
  );
  if (leftOut !== null) warn(`left out of the suite, ${leftOut}`);
  return codeOf(summaries, all.filter((s) => s.skipped !== null).length, flags.require);
}

interface Job {
  readonly environment: Environment<Promise<Run>>;
  readonly all: readonly FitScenario[];
  readonly task: Task;
  readonly endpoints: readonly Endpoint[];
  readonly out: RunOutput;
  readonly keepers: Keepers;
  /** As `all` are. */
  readonly summaries: readonly Summary[];
}

async function runThrough(job: Job): Promise<void> {
  const { environment, all, task, endpoints, out, keepers, summaries } = job;
  const { flags, signal } = task;
  for (const [i, one] of all.entries()) {
    const { scenario, skipped } = one;
    if (skipped !== null) {
      out.skipped(scenario.name, environment.name, skipped);
      continue;
    }
    const summary = summaries[i] as Summary;
    const figures = new FigureBook();
    const which = `${all.length > 1 ? `${i + 1} of ${all.length}, ` : ''}${scenario.name}`;
    for (let k = 0; k < flags.runs && !signal.aborted && summary.violated === 0; k++) {
      const report = await oneRun(environment, one, task, {
        seed: flags.seed + k,
        which,
        figures,
        endpoints,
        keepers,
        isFirst: summaries.every((s) => s.runs === 0),
      });
      summary.add(report);
      out.run(report);
    }
    out.scenario(summary, figureLines(figures.figures()));
  }
}

function tell(job: Job, stoppedBy: string | null, elapsedMs: number): void {
  const { all, task, out, keepers, summaries } = job;
  const isInterrupted = task.signal.aborted || stoppedBy !== null;
  const skipped = all.filter((s) => s.skipped !== null);
  for (const book of keepers.books) {
    book.write({
      total: totalOf(summaries, skipped.length, elapsedMs),
      skipped: skipped.map((s) => ({ scenario: s.scenario.name, reason: s.skipped ?? '' })),
      never: null,
      isInterrupted,
    });
  }
  // A scenario ends at its first violation: what comes after it was not wanted.
  const untried = all.filter((s, i) => s.skipped === null && summaries[i]?.runs === 0);
  out.end(summaries, {
    skipped: skipped.length,
    elapsedMs,
    coverage: null,
    isInterrupted,
    ...(stoppedBy !== null && { stoppedBy }),
    notRun: untried.length * task.flags.runs,
    isPartial: skipped.length > 0,
  });
}

/** As a record: a suite, of which what is skipped is not known. */
function planOf(environment: string, all: readonly FitScenario[], task: Task): RecordOf<'plan'> {
  const { flags, open, asked } = task;
  return {
    command: 'verify',
    environment,
    mutant: null,
    scenarios: all.map(({ scenario: s, skipped, isOfSuite }) => ({
      name: s.name,
      claim: s.claim,
      promises: promisesFor(open.system, s.promises, s.own).invariants.map((i) => i.id),
      from: null,
      // The seed of the run that is meant comes after it.
      again: sameAgain(asked, task, s.name, flags.seed, isOfSuite).replace(/ --seed \d+/, ''),
      seeds: null,
      skipped,
    })),
    seed: flags.seed,
    runs: flags.runs,
    shard: null,
    only: null,
    failuresMax: null,
    sometimes: [],
    isSkippedUnknown: true,
  };
}

interface OneRun {
  readonly seed: number;
  /** Of all scenarios, for people. */
  readonly which: string;
  readonly figures: FigureBook;
  readonly endpoints: readonly Endpoint[];
  readonly keepers: Keepers;
  /** Of all: what it cannot do none can. What a later one cannot do costs that one alone. */
  readonly isFirst: boolean;
}

async function oneRun(
  environment: Environment<Promise<Run>>,
  { scenario, isOfSuite }: FitScenario,
  task: Task,
  { seed, which, figures, endpoints, keepers, isFirst }: OneRun,
): Promise<RunReport> {
  const { flags, open, signal, asked } = task;
  const { name } = open.system;
  const isOwn = endpoints.length === 0;
  const begunMs = performance.now();
  const progress = new Progress();
  progress.update(`${which} against ${name}, seed ${seed}`);
  try {
    const report = await runOnce(environment, open.system, scenario, {
      seed,
      mutant: null,
      isShrunk: false,
      signal,
      historyFolder: flags.history,
      figures,
      live: { progress, title: `${which} against ${name}, seed ${seed}` },
      again: sameAgain(asked, task, scenario.name, seed, isOfSuite),
      onReport: async (done, result) => {
        const ground = { environment, system: open.system, scenario, signal };
        await keepers.add(ground, done, result);
      },
      // Its own keys: nobody else's are read or written. Members of our own start with nothing.
      extra: {
        ...open.extra,
        prefix: isOwn ? '' : `antlion/${randomBytes(6).toString('hex')}/`,
        ...(flags.network !== 'auto' && { network: flags.network }),
        ...(flags.disk !== 'auto' && { disk: flags.disk }),
      },
    });
    return { ...report, remarks: [...report.remarks, ...knownOf(report, task)] };
  } catch (error) {
    const elapsedMs = Math.round(performance.now() - begunMs);
    const about = { scenario: scenario.name, seed, environment: environment.name, elapsedMs };
    const report = isFirst || signal.aborted ? null : brokenOff(error, about);
    if (report === null) throw error;
    return report;
  } finally {
    progress.end();
  }
}

/** What is known of what was found, a sentence each. */
function knownOf({ scenario, promises }: RunReport, { own, anomalies, version }: Task): string[] {
  return promises.flatMap(({ id: promise, verdict }) => {
    if (verdict !== 'violated') return [];
    const known = knownAnomaly(anomalies, own, { scenario, promise, version: version() });
    return known === null ? [] : [knownSentence(known)];
  });
}

/** What was skipped is not known; where all was required, it is missing. */
function codeOf(summaries: readonly Summary[], skipped: number, isRequired: boolean): number {
  const code = summaries.some((s) => s.runs > 0) ? exitCodeOf(summaries) : exitCodes.unknown;
  if (skipped === 0 || (code !== exitCodes.holds && code !== exitCodes.unknown)) return code;
  if (!isRequired) return exitCodes.unknown;
  warn(`${skipped} scenarios were skipped, and --require wants all of them.`);
  return exitCodes.unavailable;
}
