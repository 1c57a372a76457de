/**
 * `antlion merge`: what the shards of a run have written, as one run. It says what the whole would have
 * said, to the same reporters: the runs in their order up to where the whole would have stopped, one
 * shrunk story a scenario, and what no run came across.
 */
import { exitCodes } from '../../core/errors.ts';
import { warn } from '../../report/output.ts';
import { Reporters } from '../../report/reporter.ts';
import { Situations } from '../../runner/situations.ts';
import { SometimesCoverage } from '../../runner/sometimes.ts';
import type { MergeFlags } from '../commands.ts';
import { LastFailedFile } from './last-failed.ts';
import { RunOutput } from './run-output.ts';
import { openReporters } from './reporters.ts';
import { readShards } from './shard-files.ts';
import type { Shards } from './shard-files.ts';
import { Summary, exitCodeOf } from './summary.ts';

/** Throws E_FILE for what no shard wrote, E_USAGE for shards of different runs. */
export function mergeCommand(files: readonly string[], flags: MergeFlags): number {
  const shards = readShards(files);
  const { main, files: others } = openReporters(flags, {
    noPages: 'only the shards have histories, so pass it to each of them',
  });
  const reporter = new Reporters([main, ...others, new LastFailedFile()]);
  const out = new RunOutput(reporter);
  const { plan } = shards;
  out.plan(plan);
  for (const { name, skipped } of plan.scenarios) {
    if (skipped !== null) out.skipped(name, plan.environment, skipped);
  }
  const code = tell(shards, out);
  reporter.end();
  return code;
}

function tell({ plan, runs, total, stoppedBy, isInterrupted }: Shards, out: RunOutput): number {
  const { failuresMax, mutant } = plan;
  const summaries = new Map(
    plan.scenarios.flatMap((s) => (s.skipped === null ? [[s.name, new Summary(s)]] : [])),
  );
  const reached = new SometimesCoverage(
    plan.sometimes.map((s) => ({ ...s, applies: () => false, reached: () => false })),
  );
  const situations = new Situations();
  let told = 0;
  let violated = 0;
  let before: Summary | null = null;
  for (const { run, part } of runs) {
    const summary = summaries.get(run.scenario);
    if (summary === undefined) continue;
    // A search goes round the scenarios: their figures are known in the end only.
    if (before !== null && before !== summary && mutant === null) out.scenario(before);
    before = summary;
    const isFirst = summary.violated === 0;
    summary.add(run);
    out.record(isFirst ? run : { ...run, counterexample: part.asItHappened ?? run.counterexample });
    if (part.coverage !== null) {
      reached.merge(part.coverage, 1);
      situations.merge(part.coverage, 1);
    }
    told += 1;
    if (run.verdict === 'violated') violated += 1;
    if (failuresMax !== null && violated >= failuresMax) break;
  }
  const list = [...summaries.values()];
  for (const s of list) out.scenario(s);
  const isEnough = failuresMax !== null && violated >= failuresMax;
  const isCut = !isEnough && (isInterrupted || stoppedBy !== null);
  if (isCut && stoppedBy !== null) warn(stoppedBy);
  const neverReached = reached.never.map(({ id, claim }) => ({ id, claim }));
  const isSuite = plan.runs > 1 && !isCut;
  out.end(list, {
    skipped: plan.scenarios.filter((s) => s.skipped !== null).length,
    coverage: isSuite ? { neverReached, neverTried: [...situations.never] } : null,
    isInterrupted: isCut,
    ...(isCut && stoppedBy !== null && { stoppedBy }),
    notRun: total - told,
  });
  const code = exitCodeOf(list);
  return isCut && code === exitCodes.holds ? exitCodes.unknown : code;
}
