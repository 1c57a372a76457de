/** Takes back what harness processes that died have left, from their journals. */
import { lstatSync, readdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import { journalFolders, requireOwn } from './journal-folder.ts';
import { readJournal } from './journal-file.ts';
import { performUndo } from './perform-undo.ts';
import { standingOf } from './process-id.ts';
import { describeUndo, type Undo } from './undo.ts';

export interface Recovery {
  /** What was undone, and what could not be, in words. */
  readonly undone: readonly string[];
  readonly left: readonly string[];
}

/**
 * Undoes what is open in the journal at `path`, latest first, and removes the file if nothing is left.
 * One of a living owner is left alone. One that is damaged is done as far as it can be read, and kept.
 */
export async function recover(path: string): Promise<Recovery> {
  const { owner, open, problems } = readJournal(path);
  const damage = problems.map((p) => `journal ${path}: ${p}. Look at it, then remove it.`);
  if (owner === null) {
    if (problems.length === 0) rmSync(path, { force: true });
    return { undone: [], left: damage };
  }
  const standing = standingOf(owner);
  if (standing === 'alive') return { undone: [], left: [] };
  if (standing === 'elsewhere') {
    const who = `journal ${path}: its process ${owner.pid} was one of user ${owner.user} on ${owner.place}`;
    return { undone: [], left: [`${who}. Run antlion clean there, or remove it.`] };
  }
  const { undone, left } = await undoAll(open);
  if (left.length + damage.length === 0) rmSync(path, { force: true });
  return { undone, left: [...left, ...damage] };
}

/** Recovers every journal in `folders` whose owner is dead: the work of `antlion clean`. */
export async function recoverAll(folders = journalFolders()): Promise<Recovery> {
  const undone: string[] = [];
  const left: string[] = [];
  for (const folder of folders) {
    for (const path of journalsIn(folder, left)) {
      const one = await recover(path).catch((e: unknown) => ({
        undone: [],
        left: [`journal ${path}: ${reasonOf(e)}`],
      }));
      undone.push(...one.undone);
      left.push(...one.left);
    }
  }
  return { undone, left };
}

/** Every run of containers that a journal in `folders` knows, whoever owns it. */
export function runsInJournals(folders = journalFolders()): ReadonlySet<string> {
  const runs = new Set<string>();
  for (const folder of folders) {
    for (const path of journalsIn(folder, [])) {
      for (const undo of readJournal(path).open) if (undo.kind === 'remove-run') runs.add(undo.run);
    }
  }
  return runs;
}

async function undoAll(open: readonly Undo[]): Promise<{ undone: string[]; left: string[] }> {
  const undone: string[] = [];
  const left: string[] = [];
  for (const undo of [...open].reverse()) {
    try {
      await performUndo(undo);
      undone.push(describeUndo(undo));
    } catch (e) {
      left.push(`${describeUndo(undo)} (${reasonOf(e)})`);
    }
  }
  return { undone, left };
}

/** None of a folder that others can write to: that is told in `left`. */
function journalsIn(folder: string, left: string[]): readonly string[] {
  try {
    requireOwn(folder);
  } catch (e) {
    if (!(e instanceof HarnessError)) throw e;
    left.push(e.message);
    return [];
  }
  const names = readdirSync(folder);
  for (const name of names.filter((n) => n.endsWith('.new'))) dropStale(join(folder, name));
  return names.filter((name) => name.endsWith('.jsonl')).map((name) => join(folder, name));
}

/** Longest a harness may take between making a journal's file and giving it its name, ms. */
const namingMs = 60_000;

/** A journal whose harness died before it had a header: nothing was done under it. */
function dropStale(path: string): void {
  const stat = lstatSync(path, { throwIfNoEntry: false });
  if (stat !== undefined && Date.now() - stat.mtimeMs > namingMs) rmSync(path, { force: true });
}

function reasonOf(e: unknown): string {
  return e instanceof Error ? e.message : String(e);
}
