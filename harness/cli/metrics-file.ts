/** The file that `antlion run --metrics` writes: whole or not at all. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { HarnessError } from '../core/errors.ts';
import type { Metric } from '../core/metric.ts';
import { RunMetrics } from '../metrics/run-metrics.ts';

export class MetricsFile extends RunMetrics {
  private readonly path: string;

  constructor(path: string, own: readonly Metric[]) {
    super(own);
    this.path = path;
  }

  async write(): Promise<void> {
    const part = `${this.path}.${process.pid}.part`;
    const text = await this.text();
    guarded(this.path, () => {
      try {
        writeFileSync(part, text);
        renameSync(part, this.path);
      } finally {
        rmSync(part, { force: true });
      }
    });
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
  try {
    work();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new HarnessError(
      'E_FOLDER',
      `metrics cannot be written to ${path} (${code}), wanted a file in a folder of yours. Pass --metrics with another.`,
    );
  }
}
