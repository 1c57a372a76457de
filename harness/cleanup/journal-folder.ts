/**
 * Where undo journals are: a folder that only this user can look into or change, for what is read
 * there is done to processes, folders and containers.
 *
 * `$XDG_STATE_HOME/antlion`, else `/run/user/UID/antlion`, else `antlion-journals-UID` among the temporary
 * files. A user is a number: one without an entry in the system's list of users is a user as well.
 */
import { existsSync, lstatSync, mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import { needingFolder } from './needed-folder.ts';

/** The folder for a new journal; makes it. Throws E_FOLDER when it is not this user's alone. */
export function journalFolder(): string {
  const [folder = ''] = candidates();
  needingFolder(folder, () => {
    const parent = join(folder, '..');
    // One level at a time: Node's recursive mkdir never ends in a file system such as /proc.
    if (!existsSync(parent) && parent !== tmpdir()) mkdirSync(parent, { mode: 0o700 });
    if (!existsSync(folder)) mkdirSync(folder, { mode: 0o700 });
  });
  requireOwn(folder);
  return folder;
}

/** Every folder in which a journal of this user may be, whatever the environment said then. */
export function journalFolders(): readonly string[] {
  return candidates().filter((folder) => {
    try {
      return lstatSync(folder, { throwIfNoEntry: false }) !== undefined;
    } catch {
      // Below a folder that is closed to us there is none of ours.
      return false;
    }
  });
}

/** Throws E_FOLDER unless `folder` is a plain folder of this user, closed to all others. */
export function requireOwn(folder: string): void {
  const stat = needingFolder(folder, () => lstatSync(folder));
  const uid = process.getuid?.();
  const wrong = stat.isSymbolicLink()
    ? 'a symbolic link'
    : !stat.isDirectory()
      ? 'no folder'
      : uid !== undefined && stat.uid !== uid
        ? `a folder of user ${stat.uid}`
        : uid !== undefined && (stat.mode & 0o077) !== 0
          ? `open to other users (mode ${(stat.mode & 0o777).toString(8)})`
          : null;
  if (wrong === null) return;
  throw new HarnessError(
    'E_FOLDER',
    `${folder} is ${wrong}, wanted a folder of user ${uid} with mode 700, as what is written there ` +
      'is done to processes and files. Remove it, or set XDG_STATE_HOME to a folder of your own.',
  );
}

/** In order of preference; the first is where new journals go. */
function candidates(): readonly string[] {
  const uid = process.getuid?.() ?? 0;
  const state = process.env['XDG_STATE_HOME'];
  const runtime = `/run/user/${uid}`;
  return [
    ...(state !== undefined && isAbsolute(state) ? [join(state, 'antlion')] : []),
    ...(existsSync(runtime) ? [join(runtime, 'antlion')] : []),
    join(tmpdir(), `antlion-journals-${uid}`),
  ];
}
