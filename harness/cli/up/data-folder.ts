/** The folder of `antlion up --data`: it belongs to one shape of cluster. */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import type { Shape } from '../../core/program.ts';

/** Of the bytes of a log (`host/records.ts`): by another one whole records would pass for a torn tail. */
const version = 2;

/**
 * Makes it, or sees that it is of a cluster with the same nodes: others would not find their data,
 * and a server would vote for a cluster that it does not belong to. Throws E_FOLDER and E_CONFIG.
 */
export function openDataFolder(folder: string, shape: Shape): void {
  const mark = join(folder, 'antlion.json');
  const text = `${JSON.stringify({ version, nodes: shape.nodes.map((n) => n.name) })}\n`;
  let before: string;
  try {
    // One folder, not its parents too: below /proc Node's recursive mkdir never ends.
    if (!existsSync(folder)) mkdirSync(folder);
    if (!existsSync(mark)) writeFileSync(mark, text, { flag: 'wx' });
    before = readFileSync(mark, 'utf8');
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new HarnessError(
      'E_FOLDER',
      `data cannot be kept in ${folder} (${code}), wanted a folder of yours. Pass --data with another.`,
    );
  }
  if (before === text) return;
  if (!before.startsWith(`{"version":${version},`)) {
    throw new HarnessError(
      'E_CONFIG',
      `${folder} was written by another version of antlion: ${before.trim()}, wanted version ${version}. Use that one, or pass another --data.`,
    );
  }
  throw new HarnessError(
    'E_CONFIG',
    `${folder} holds the data of other nodes: ${before.trim()}, wanted ${text.trim()}. Pass the same --servers and --services as before, or another --data.`,
  );
}
