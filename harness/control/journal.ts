/**
 * The undo journal: what was done to real things and how to take it back, on disk before it is done.
 *
 * One file a harness process, JSON lines: a header that names the owner, `{ "begin": n, "undo": … }`
 * and `{ "done": n }`. A line is synced before the deed, so a deed without its line cannot be; a lost
 * `done` costs no more than an undo done twice.
 */
import {
  closeSync,
  fdatasyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { assert } from '../core/assert.ts';
import { identify, isAlive, type ProcessId } from './process-id.ts';
import { describeUndo, performUndo, requireOwnFolder, type Undo } from './undo.ts';

export interface Journal {
  readonly path: string;
  /** Writes down how to undo what the caller is about to do; on disk when it returns. */
  begin(undo: Undo): number;
  /** The entry was undone, or never came to be. */
  done(entry: number): void;
  /** Ends the journal. The file goes with it, unless something is left to undo. */
  close(): void;
}

const version = 1;

/** Where journals are, one folder a user. */
function journalFolder(): string {
  return join(tmpdir(), `antlion-journals-${userInfo().username}`);
}

/** Opens a new journal of this process in `folder`. */
export function openJournal(folder = journalFolder()): Journal {
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const owner = identify(process.pid);
  assert(owner !== null, 'this process is alive');
  const { path, fd } = create(folder, owner.pid);
  const write = (line: unknown) => {
    writeSync(fd, `${JSON.stringify(line)}\n`);
  };
  write({ journal: version, owner });
  fdatasyncSync(fd);
  const open = new Set<number>();
  let entries = 0;
  return {
    path,
    begin(undo) {
      if (undo.kind === 'remove-folder') requireOwnFolder(undo.path);
      entries += 1;
      open.add(entries);
      write({ begin: entries, undo });
      fdatasyncSync(fd);
      return entries;
    },
    done(entry) {
      if (open.delete(entry)) write({ done: entry });
    },
    close() {
      closeSync(fd);
      if (open.size === 0) rmSync(path, { force: true });
    },
  };
}

export interface Recovery {
  /** What was undone, and what could not be, in words. */
  readonly undone: readonly string[];
  readonly left: readonly string[];
}

/**
 * Undoes what is open in the journal at `path`, latest first, and removes the file if nothing is left.
 * Its owner must be dead.
 */
export async function recover(path: string): Promise<Recovery> {
  const { owner, open } = read(path);
  assert(owner === null || !isAlive(owner), 'the owner of a journal to recover is dead', { path });
  const undone: string[] = [];
  const left: string[] = [];
  for (const undo of open.reverse()) {
    try {
      await performUndo(undo);
      undone.push(describeUndo(undo));
    } catch (e) {
      left.push(`${describeUndo(undo)} (${e instanceof Error ? e.message : String(e)})`);
    }
  }
  if (left.length === 0) rmSync(path, { force: true });
  return { undone, left };
}

/** Recovers every journal in `folder` whose owner is dead: the work of `antlion clean`. */
export async function recoverAll(folder = journalFolder()): Promise<Recovery> {
  const undone: string[] = [];
  const left: string[] = [];
  for (const name of list(folder)) {
    const path = join(folder, name);
    const { owner } = read(path);
    if (owner !== null && isAlive(owner)) continue;
    const one = await recover(path);
    undone.push(...one.undone);
    left.push(...one.left);
  }
  return { undone, left };
}

/** The owner of the journal at `path`; null when there is no such file, or no header in it. */
export function ownerOf(path: string): ProcessId | null {
  return read(path).owner;
}

function create(folder: string, pid: number): { path: string; fd: number } {
  for (let n = 0; ; n++) {
    const path = join(folder, `${pid}-${n}.jsonl`);
    try {
      return { path, fd: openSync(path, 'ax', 0o600) };
    } catch (e) {
      if ((e as NodeJS.ErrnoException).code !== 'EEXIST') throw e;
    }
  }
}

function list(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => name.endsWith('.jsonl'));
  } catch {
    return [];
  }
}

type Line =
  | { readonly journal: number; readonly owner: ProcessId }
  | { readonly begin: number; readonly undo: Undo }
  | { readonly done: number };

/** A journal's owner and what is open in it. A torn last line was never acted upon. */
function read(path: string): { owner: ProcessId | null; open: Undo[] } {
  let owner: ProcessId | null = null;
  const open = new Map<number, Undo>();
  for (const line of linesOf(path)) {
    if ('journal' in line) owner = line.owner;
    else if ('begin' in line) open.set(line.begin, line.undo);
    else open.delete(line.done);
  }
  return { owner, open: [...open.values()] };
}

function linesOf(path: string): Line[] {
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch {
    return [];
  }
  const whole = text.split('\n').slice(0, -1);
  return whole.map((line) => JSON.parse(line) as Line);
}
