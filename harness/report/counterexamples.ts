/** Keeps counterexamples that are too long for a command line, whole, where `antlion replay` finds them. */
import { createHash } from 'node:crypto';
import { join } from 'node:path';
import { textFolder } from './text-folder.ts';

/** In the current folder, beside the regressions of a project. */
const folder = join('.antlion', 'counterexamples');

/**
 * Gives the path, relative to the current folder; the same text has the same path. Null where nothing
 * can be written: a verdict is not lost for that.
 */
export function keepCounterexample(text: string): string | null {
  const files = textFolder(folder);
  const digest = createHash('sha256').update(text).digest('hex').slice(0, 12);
  try {
    files.write(digest, text);
  } catch {
    return null;
  }
  return files.pathOf(digest);
}
