/** Where `antlion replay` takes a counterexample from: a token, a file, a run's folder, or what is piped in. */
import { readFileSync, statSync } from 'node:fs';
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
  const path = isFolder(source) ? join(source, 'token.txt') : source;
  return ofText(fileText(path), path);
}

function isFolder(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
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
