/** Where `antlion replay` takes a counterexample from: a token, a file, a run's folder, or what is piped in. */
import { existsSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { HarnessError } from '../../core/errors.ts';
import { openRecordText } from '../../runner/replay-record.ts';
import type { Unread } from '../../runner/replay-record.ts';
import { openToken } from '../../runner/token.ts';

/**
 * `-` reads standard input; a file or the input holds a record, or a token; a folder is one that `run --artifacts`
 * has made of a run. Throws E_TOKEN.
 */
export async function openReplay(source: string): Promise<Unread> {
  if (source === '-') return ofText(await text(process.stdin), 'the input');
  if (isToken(source)) return openToken(source);
  return ofText(fileText(isFolder(source) ? tokenIn(source) : source), source);
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch {
    // Whoever reads it says why it cannot.
    return false;
  }
}

function tokenIn(folder: string): string {
  const path = join(folder, 'token.txt');
  if (existsSync(path)) return path;
  throw new HarnessError(
    'E_TOKEN',
    `"${folder}" has no token.txt, as a violated run has that --artifacts kept. Pass its folder, or a token.`,
  );
}

function ofText(content: string, name: string): Unread {
  return isToken(content) ? openToken(content) : openRecordText(content, name);
}

const isToken = (s: string): boolean => /^\s*antlion\d+\./.test(s);

function fileText(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${code})`;
    throw new HarnessError(
      'E_TOKEN',
      `"${path.slice(0, 60)}" does not look like a token, and ${why}. Copy the whole line, or pass a file of .antlion/counterexamples.`,
      { cause },
    );
  }
}
