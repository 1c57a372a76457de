/** Files that appear whole or not at all, and one message for folders that take none. */
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { HarnessError } from '../../core/errors.ts';

/** Throws what the file system throws; nothing of a part stays. */
export function writeWhole(path: string, text: string): void {
  const part = `${path}.${process.pid}.part`;
  try {
    writeFileSync(part, text);
    renameSync(part, path);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
}

/** Throws E_FOLDER, with why, when `work` fails: `what` cannot be written, `wanted` says what to pass. */
export function orFolderError(what: string, wanted: string, work: () => void): void {
  try {
    work();
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new HarnessError('E_FOLDER', `${what} (${code}), wanted ${wanted}`);
  }
}
