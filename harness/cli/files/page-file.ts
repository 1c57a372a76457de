/** Writes a report: one file that holds its words, its pictures, its code and its data. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { HarnessError } from '../../core/errors.ts';
import { pageText } from '../../page/html/page.ts';
import type { CodePart, PageData } from '../../page/html/page.ts';
import { buildDigest } from '../build.ts';
import { orFolderError, writeWhole } from './whole-file.ts';

const version = '0.1.0';

/** Writes it whole or not at all. Throws E_FOLDER, and E_NOT_BUILT where the code of pages is missing. */
export function writePage(path: string, data: Omit<PageData, 'madeBy'>): void {
  const code = { mark: part('mark.js'), main: part('main.js'), style: part('style.css') };
  const text = pageText({ ...data, madeBy: madeBy() }, code);
  guarded(path, () => writeWhole(path, text));
}

/** Writes what is kept beside a page. Throws E_FOLDER. */
export function writeKept(path: string, text: string): void {
  guarded(path, () => writeWhole(path, `${text}\n`));
}

/** `antlion 0.1.0, build 0123456789ab`. */
export function madeBy(): string {
  return `antlion ${version}, build ${buildDigest() ?? 'unknown'}`;
}

/** Makes its folder and tries it, before a run is spent. Throws E_FOLDER when nothing can be written. */
export function openPagePath(path: string): void {
  guarded(path, () => {
    const folder = dirname(path);
    // One folder, not its parents too: below /proc Node's recursive mkdir never ends.
    if (!existsSync(folder)) mkdirSync(folder);
    const probe = `${path}.${process.pid}.part`;
    writeFileSync(probe, '');
    rmSync(probe);
  });
}

function guarded(path: string, work: () => void): void {
  orFolderError(`the report cannot be written to ${path}`, 'a place of yours. Pass another.', work);
}

function part(name: string): CodePart {
  const file = new URL(`../../page/client/${name}`, import.meta.url);
  try {
    const text = readFileSync(file, 'utf8').trim();
    return { text, digest: `sha256-${createHash('sha256').update(text).digest('base64')}` };
  } catch (cause) {
    throw new HarnessError(
      'E_NOT_BUILT',
      `the code of reports (${name}) is missing, wanted a whole build. Run npm run build.`,
      { cause },
    );
  }
}
