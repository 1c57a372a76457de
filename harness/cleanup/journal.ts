/**
 * The undo journal: what was done to real things and how to take it back, on disk before it is done.
 *
 * One file a harness process, JSON lines: a header that names the owner, `{ "begin": n, "undo": … }`
 * and `{ "done": n }`. A line is synced before the deed, so a deed without its line cannot be; a lost
 * `done` costs no more than an undo done twice.
 */
import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fdatasyncSync,
  fstatSync,
  ftruncateSync,
  openSync,
  renameSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { journalVersion, type JournalLine } from './journal-file.ts';
import { journalFolder } from './journal-folder.ts';
import { needingFolder } from './needed-folder.ts';
import { thisOwner } from './process-id.ts';
import { requireOwnFolder, type Undo } from './undo.ts';

export interface Journal {
  readonly path: string;
  /**
   * Writes down how to undo what the caller is about to do; on disk when it returns. Throws E_FOLDER
   * when the disk is full: then it must not be done.
   */
  begin(undo: Undo): number;
  /** The entry was undone, or never came to be. */
  done(entry: number): void;
  /** Ends the journal. The file goes with it, unless something is left to undo. */
  close(): void;
}

/** Opens a new journal of this process in `folder`. Throws E_FOLDER when that cannot be done. */
export function openJournal(folder = journalFolder()): Journal {
  const { path, fd } = needingFolder(folder, () => create(folder));
  const open = new Set<number>();
  let entries = 0;
  return {
    path,
    begin(undo) {
      if (undo.kind === 'remove-folder') requireOwnFolder(undo.path);
      needingFolder(path, () => {
        write(fd, { begin: entries + 1, undo });
        fdatasyncSync(fd);
      });
      entries += 1;
      open.add(entries);
      return entries;
    },
    done(entry) {
      if (!open.delete(entry)) return;
      try {
        write(fd, { done: entry });
      } catch {
        // Undone twice at worst.
      }
    },
    close() {
      closeSync(fd);
      if (open.size === 0) rmSync(path, { force: true });
    },
  };
}

/** A journal is there with its header or not at all: nobody takes a new one for an empty one. */
function create(folder: string): { path: string; fd: number } {
  const path = join(folder, `${process.pid}-${randomBytes(6).toString('hex')}.jsonl`);
  const aside = `${path}.new`;
  const fd = openSync(aside, 'ax', 0o600);
  try {
    write(fd, { journal: journalVersion, owner: thisOwner() });
    fdatasyncSync(fd);
    renameSync(aside, path);
    return { path, fd };
  } catch (e) {
    closeSync(fd);
    rmSync(aside, { force: true });
    throw e;
  }
}

/** Writes a whole line or nothing: a torn one in the middle would look like damage. */
function write(fd: number, line: JournalLine): void {
  const bytes = Buffer.from(`${JSON.stringify(line)}\n`);
  const { size } = fstatSync(fd);
  if (writeSync(fd, bytes) === bytes.length) return;
  ftruncateSync(fd, size);
  throw Object.assign(new Error('ENOSPC: no space left'), { code: 'ENOSPC' });
}
