/** Everything that `run` writes besides what it prints, opened and tried before a run is spent. */
import type { Metric } from '../core/metric.ts';
import { Reporters } from '../report/reporter.ts';
import type { Reporter } from '../report/reporter.ts';
import { mutants } from '../../reference-impl/system.ts';
import type { RunFlags } from './commands.ts';
import { Artifacts } from './artifacts.ts';
import { openHistoryFolder } from './history-file.ts';
import { LastFailedFile } from './last-failed.ts';
import { openMetricsFile } from './metrics-file.ts';
import type { MetricsFile } from './metrics-file.ts';
import { openReporters } from './reporters.ts';
import { ReportBook } from './report-book.ts';

export interface RunOutputs {
  readonly main: Reporter;
  readonly files: Reporters;
  readonly books: readonly ReportBook[];
  readonly artifacts: Artifacts | undefined;
  readonly metrics: MetricsFile | undefined;
}

/** Throws E_USAGE and E_FOLDER. `own` are the metrics of the systems. */
export function openOutputs(flags: RunFlags, own: readonly Metric[]): RunOutputs {
  const { main, files, pages } = openReporters(flags, flags.verbose ? { breaks: breaksOf } : {});
  if (flags.history !== undefined) openHistoryFolder(flags.history);
  const folders = [...(flags.report === undefined ? [] : [flags.report]), ...pages];
  return {
    main,
    files: new Reporters([...files, new LastFailedFile()]),
    books: folders.map((folder) => new ReportBook(folder)),
    artifacts: flags.artifacts === undefined ? undefined : new Artifacts(flags.artifacts),
    metrics: flags.metrics === undefined ? undefined : openMetricsFile(flags.metrics, own),
  };
}

/** What the mutants do that break a promise of the reference cluster: `stale-read: a leader …`. */
function breaksOf(promise: string): string[] {
  return Object.entries(mutants).flatMap(([id, { what, breaks }]) =>
    breaks.includes(promise) ? [`${id}: ${what}`] : [],
  );
}
