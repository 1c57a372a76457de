/** What was red when `run` ended last in this folder: `--last-failed` runs that alone. */
import { readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import { warn } from '../../report/output.ts';
import type { RecordOf } from '../../report/records.ts';
import { makeFolders } from '../../report/text-folder.ts';
import type { Reporter, Said } from '../../report/reporter.ts';
import { writeWhole } from '../files/whole-file.ts';

/** Beside counterexamples and regressions. */
const path = join('.antlion', 'last-failed.json');
const version = 1;
/** More are not kept: a suite in which all is red is run again as a whole. */
const keptMax = 1_000;

export interface LastFailed {
  readonly environment: string;
  readonly mutant: string | null;
  readonly failed: readonly { readonly scenario: string; readonly seed: number }[];
}

/** Null: nothing was red. Throws E_USAGE for what cannot be run again as it was. */
export function readLastFailed(now: {
  readonly environment: string;
  readonly mutant: string | null;
}): LastFailed | null {
  const last = read();
  if (last === null) return null;
  for (const flag of ['environment', 'mutant'] as const) {
    if (last[flag] === now[flag]) continue;
    const told = flag === 'environment' ? 'env' : 'mutant';
    throw new HarnessError(
      'E_USAGE',
      `${told} is ${now[flag] ?? 'not told'}, and what failed last had ${last[flag] ?? 'none'}. ${last[flag] === null ? `Leave out --${told}` : `Pass --${told} ${last[flag]}`}.`,
    );
  }
  return last;
}

function read(): LastFailed | null {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw new HarnessError('E_FILE', `${path} cannot be read, wanted what run wrote. Remove it.`);
  }
  try {
    const kept = JSON.parse(text) as LastFailed & { readonly version: number };
    if (kept.version === version && Array.isArray(kept.failed)) return kept;
  } catch {
    // Said below.
  }
  throw new HarnessError('E_FILE', `${path} is not what run writes. Remove it, and run again.`);
}

/** Keeps what is violated or unknown; where all held, what was kept before is gone. */
export class LastFailedFile implements Reporter {
  private plan: RecordOf<'plan'> | null = null;
  private readonly failed: LastFailed['failed'][number][] = [];

  record(said: Said): void {
    if (said.type === 'plan') this.plan = said;
    if (said.type !== 'run' || said.verdict === 'holds' || this.failed.length >= keptMax) return;
    this.failed.push({ scenario: said.scenario, seed: said.seed });
  }

  /** A verdict is not lost because nothing can be written here. */
  end(): void {
    if (this.plan === null) return;
    const { environment, mutant } = this.plan;
    try {
      if (this.failed.length === 0) {
        rmSync(path, { force: true });
        return;
      }
      makeFolders(dirname(path));
      const kept = { version, environment, mutant, failed: this.failed };
      writeWhole(path, `${JSON.stringify(kept)}\n`);
    } catch (error) {
      const { code = 'unknown' } = error as NodeJS.ErrnoException;
      warn(`${path} was not written (${code}): --last-failed will not know of this run.`);
    }
  }
}
