/** Folders and files that a run cannot do without: a full or closed disk is the user's to mend. */
import { HarnessError } from '../core/errors.ts';

/** What the system calls the failures that are about the place, not about us. */
const placeCodes = new Set(
  ['ENOSPC', 'EDQUOT', 'EROFS', 'EACCES', 'EPERM', 'ENOENT', 'ENOTDIR'].concat(
    // A path too long, or through a loop of links.
    ['ENAMETOOLONG', 'ELOOP', 'EIO'],
  ),
);

/** Does `work` on the file system. Throws E_FOLDER, naming `path`, when the place does not allow it. */
export function needingFolder<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (e) {
    throw asFolderError(path, e);
  }
}

/** E_FOLDER for a failure of the place `path`; anything else as it is. */
export function asFolderError(path: string, e: unknown): unknown {
  const code = (e as NodeJS.ErrnoException | null)?.code ?? '';
  if (!placeCodes.has(code) || e instanceof HarnessError) return e;
  return new HarnessError(
    'E_FOLDER',
    `${path} cannot be written (${(e as Error).message}), wanted a place for the files of a run. ` +
      'Free some space there, or set TMPDIR to another folder.',
    { cause: e },
  );
}
