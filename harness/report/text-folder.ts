/** A folder of small texts that people may read, move and commit: regressions are kept in one. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';

export interface TextFolder {
  /** By name, in the order of the names; a folder that is missing is empty. */
  list(): { readonly name: string; readonly text: string }[];
  write(name: string, text: string): void;
  remove(name: string): void;
  pathOf(name: string): string;
}

/** The `.json` files of `folder`, which is made when the first is written. */
export function textFolder(folder: string): TextFolder {
  const suffix = '.json';
  const pathOf = (name: string): string => join(folder, `${name}${suffix}`);
  return {
    pathOf,
    list: () =>
      names(folder)
        .filter((file) => file.endsWith(suffix))
        .sort()
        .map((file) => file.slice(0, -suffix.length))
        .map((name) => ({ name, text: readFileSync(pathOf(name), 'utf8') })),
    write(name, text) {
      makeFolders(folder);
      writeFileSync(pathOf(name), text);
    },
    remove: (name) => rmSync(pathOf(name), { force: true }),
  };
}

/**
 * Makes a folder and those above it that are missing, as `mkdir -p`. One after the other: where there is
 * no way to make them, as in a current folder that was removed, Node's own recursive mkdir never ends.
 */
export function makeFolders(path: string): void {
  const above = dirname(path);
  if (above !== path && above !== '.' && !existsSync(above)) makeFolders(above);
  try {
    mkdirSync(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
}

function names(folder: string): string[] {
  try {
    return readdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
