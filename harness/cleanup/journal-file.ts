/** What is in a journal's file, read with suspicion: another version or a damaged disk wrote it. */
import { readFileSync } from 'node:fs';
import { z } from 'zod';
import { type Owner, ownerSchema } from './process-id.ts';
import { type Undo, undoSchema } from './undo.ts';

export const journalVersion = 2;

const lineSchema = z.union([
  z.strictObject({ journal: z.literal(journalVersion), owner: ownerSchema }),
  z.strictObject({ begin: z.int().min(1), undo: undoSchema }),
  z.strictObject({ done: z.int().min(1) }),
]);

export type JournalLine = z.infer<typeof lineSchema>;

export interface JournalFile {
  /** Null when there is no such file, or no header that can be read. */
  readonly owner: Owner | null;
  /** What is open, in order. */
  readonly open: readonly Undo[];
  /** What cannot be read, in words. */
  readonly problems: readonly string[];
}

/** A journal's owner and what is open in it. A torn last line was never acted upon. */
export function readJournal(path: string): JournalFile {
  let owner: Owner | null = null;
  const open = new Map<number, Undo>();
  const problems: string[] = [];
  linesOf(path).forEach((text, i) => {
    const line = parse(text);
    if (line === null) problems.push(`line ${i + 1} ${whatIsWrong(text)}`);
    else if ('journal' in line) owner = line.owner;
    else if ('begin' in line) open.set(line.begin, line.undo);
    else open.delete(line.done);
  });
  return { owner, open: [...open.values()], problems };
}

function linesOf(path: string): readonly string[] {
  try {
    return readFileSync(path, 'utf8').split('\n').slice(0, -1);
  } catch (e) {
    if ((e as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw e;
  }
}

function parse(text: string): JournalLine | null {
  const result = lineSchema.safeParse(jsonOf(text));
  return result.success ? result.data : null;
}

function whatIsWrong(text: string): string {
  const header = z.object({ journal: z.int() }).safeParse(jsonOf(text));
  if (header.success && header.data.journal !== journalVersion) {
    return `is of format ${header.data.journal}, wanted ${journalVersion}`;
  }
  return 'is damaged';
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
