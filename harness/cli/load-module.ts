/** Loads a module of the user's, JavaScript or TypeScript, as it is. */
import { existsSync } from 'node:fs';
import { register } from 'node:module';
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { HarnessError } from '../core/errors.ts';

export type Module = Readonly<Record<string, unknown>>;

/** Is it meant as a file, not as a name? */
export function isPath(text: string): boolean {
  return /^\.{0,2}\//.test(text) || /\.[cm]?[jt]s$/.test(text);
}

/** Throws E_USAGE for a file that is not there, and with its own words for one that cannot be loaded. */
export async function loadModule(path: string): Promise<Module> {
  const full = resolve(path);
  if (!existsSync(full)) {
    throw new HarnessError(
      'E_USAGE',
      `there is no file ${path}, wanted a module. Check its path from here: ${process.cwd()}.`,
    );
  }
  if (/\.[cm]?ts$/.test(full)) understandTypeScript();
  try {
    return (await import(pathToFileURL(full).href)) as Module;
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    const why = cause instanceof Error ? (cause.stack ?? cause.message) : String(cause);
    throw new HarnessError(
      'E_USAGE',
      `${path} cannot be loaded, wanted a module. It said: ${why}`,
      {
        cause,
      },
    );
  }
}

let understands = false;

/** Types are taken out as modules are loaded: nothing is written, and relative imports work. */
function understandTypeScript(): void {
  if (understands) return;
  understands = true;
  register('./typescript-hooks.js', import.meta.url);
}
