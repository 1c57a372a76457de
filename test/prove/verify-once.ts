/** `antlion verify`, as a user runs it, by the records that it prints. */
import { spawn } from 'node:child_process';
import { resolve } from 'node:path';
import { createInterface } from 'node:readline';

export type Line = Readonly<Record<string, unknown>>;

/** Null, or what the command said when it could not run at all. */
export async function verifyOnce(
  words: readonly string[],
  onRecord: (r: Line) => void,
): Promise<string | null> {
  const bin = resolve('dist/harness/cli/bin.js');
  const child = spawn(process.execPath, [bin, 'verify', ...words, '--require', '--json'], {
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  child.stderr
    .setEncoding('utf8')
    .on('data', (text: string) => (said = (said + text).slice(-2_000)));
  const closed = new Promise<number | null>((done) => child.once('close', done));
  for await (const line of createInterface({ input: child.stdout })) {
    onRecord(JSON.parse(line) as Line);
  }
  const code = await closed;
  if (code === 0 || code === 1 || code === 2) return null;
  const last = said
    .trim()
    .split('\n')
    .findLast((line) => line.startsWith('E_'));
  return last ?? `exit code ${code}`;
}
