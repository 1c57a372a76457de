/** The folder for temporary files is tried before anything is started that needs it. */
import { mkdtempSync, rmdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { HarnessError } from '../../core/errors.ts';

/**
 * Throws E_FOLDER when nothing can be made in it. One folder, not its parents too: a folder that does
 * not exist would be made and stay, and Node's recursive mkdir never ends below /proc.
 */
export function requireTemporaryFolder(): void {
  const folder = tmpdir();
  try {
    rmdirSync(mkdtempSync(join(folder, 'antlion-try-')));
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new HarnessError(
      'E_FOLDER',
      `nothing can be written to ${folder}, the folder for temporary files (${code}), wanted one that exists and is yours. Set TMPDIR to another.`,
    );
  }
}
