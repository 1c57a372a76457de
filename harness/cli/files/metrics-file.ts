/** The file that `antlion run --metrics` writes: whole or not at all. */
import { rmSync, writeFileSync } from 'node:fs';
import type { Metric } from '../../core/metric.ts';
import { RunMetrics } from '../../metrics/run-metrics.ts';
import { orFolderError, writeWhole } from './whole-file.ts';

export class MetricsFile extends RunMetrics {
  private readonly path: string;

  constructor(path: string, own: readonly Metric[]) {
    super(own);
    this.path = path;
  }

  async write(): Promise<void> {
    const text = await this.text();
    guarded(this.path, () => writeWhole(this.path, text));
  }
}

/** Throws E_FOLDER now rather than after the runs when the file cannot be written. */
export function openMetricsFile(path: string, own: readonly Metric[]): MetricsFile {
  guarded(path, () => {
    const probe = `${path}.${process.pid}.part`;
    writeFileSync(probe, '');
    rmSync(probe);
  });
  return new MetricsFile(path, own);
}

function guarded(path: string, work: () => void): void {
  const wanted = 'a file in a folder of yours. Pass --metrics with another.';
  orFolderError(`metrics cannot be written to ${path}`, wanted, work);
}
