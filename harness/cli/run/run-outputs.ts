/** Everything that `run` writes besides what it prints, opened and tried before a run is spent. */
import type { Metric } from '../../core/metric.ts';
import { Reporters } from '../../report/reporter.ts';
import type { Reporter } from '../../report/reporter.ts';
import { mutants } from '../../../reference-impl/system.ts';
import type { RunFlags } from '../commands.ts';
import { Keepers } from './keepers.ts';
import { LastFailedFile } from './last-failed.ts';
import { openMetricsFile } from '../files/metrics-file.ts';
import type { MetricsFile } from '../files/metrics-file.ts';
import { openReporters } from './reporters.ts';

export interface RunOutputs {
  readonly main: Reporter;
  readonly files: Reporters;
  readonly keepers: Keepers;
  readonly metrics: MetricsFile | undefined;
}

/** Throws E_USAGE, E_FOLDER and E_ENDPOINT. `own` are the metrics of the systems. */
export async function openOutputs(flags: RunFlags, own: readonly Metric[]): Promise<RunOutputs> {
  const { main, files, pages } = openReporters(flags, flags.verbose ? { breaks: breaksOf } : {});
  return {
    main,
    files: new Reporters([...files, new LastFailedFile()]),
    keepers: await Keepers.open(flags, pages),
    metrics: flags.metrics === undefined ? undefined : openMetricsFile(flags.metrics, own),
  };
}

/** What the mutants do that break a promise of the reference cluster: `stale-read: a leader …`. */
function breaksOf(promise: string): string[] {
  return Object.entries(mutants).flatMap(([id, { what, breaks }]) =>
    breaks.includes(promise) ? [`${id}: ${what}`] : [],
  );
}
