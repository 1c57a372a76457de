/** An undo journal with the watchdog over it: what it holds is undone even when the harness is killed. */
import { randomBytes } from 'node:crypto';
import { mkdirSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openJournal } from './journal.ts';
import type { Journal } from './journal.ts';
import { needingFolder } from './needed-folder.ts';
import { startWatchdog } from './watchdog.ts';

export interface CleanupSession extends AsyncDisposable {
  readonly journal: Journal;
}

/**
 * Dispose of it last: what is still open then stays in the journal, for `antlion clean`. Throws
 * E_FOLDER when nothing can be written.
 */
export async function openCleanup(): Promise<CleanupSession> {
  const journal = openJournal();
  const watchdog = await startWatchdog(journal);
  return {
    journal,
    async [Symbol.asyncDispose]() {
      journal.close();
      await watchdog.close();
    },
  };
}

/**
 * Makes a folder of this user among the temporary files, `antlion-<what>-<pid>-…`, in the journal
 * before it is there. `entry` is for whoever removes it. Throws E_FOLDER.
 */
export function makeRunFolder(journal: Journal, what: string): { path: string; entry: number } {
  const name = `antlion-${what}-${process.pid}-${randomBytes(6).toString('hex')}`;
  const path = join(tmpdir(), name);
  const entry = journal.begin({ kind: 'remove-folder', path });
  try {
    needingFolder(path, () => mkdirSync(path, { mode: 0o700 }));
  } catch (e) {
    journal.done(entry);
    throw e;
  }
  return { path, entry };
}
