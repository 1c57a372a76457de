/**
 * Loads a file of the user's: TypeScript or JavaScript, on every version of Node, whatever the type of
 * his package.
 *
 * `antlion` in it is this antlion, wherever it is installed: one instance, so that its errors and
 * registries are the same. jiti is loaded only when there is a file to load.
 */
import type { Jiti } from 'jiti';
import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { HarnessError } from '../../core/errors.ts';

export type Module = Readonly<Record<string, unknown>>;

/** Is it meant as a path, not as a name? It has a slash or the ending of a file. */
export function isPath(text: string): boolean {
  return /[/\\]|^\.+$|\.[cm]?[jt]s$/.test(text);
}

/** Throws E_FILE for what is not there or cannot be loaded, with what was thrown and where. */
export async function loadModule(path: string): Promise<Module> {
  const full = resolve(path);
  if (!existsSync(full)) {
    throw new HarnessError(
      'E_FILE',
      `there is no file ${path}, wanted a module. Check its path from here: ${process.cwd()}.`,
    );
  }
  loader ??= openLoader();
  const { import: load } = await loader;
  try {
    return await load<Module>(full);
  } catch (cause) {
    if (cause instanceof HarnessError) throw cause;
    throw new HarnessError(
      'E_FILE',
      `${path} cannot be loaded: ${whatWasThrown(cause, full)}. Mend it and run again.`,
      { cause },
    );
  }
}

/** One for all files: what they share is one module. */
let loader: Promise<Jiti> | null = null;

async function openLoader(): Promise<Jiti> {
  const { createJiti } = await import('jiti');
  return createJiti(import.meta.url, {
    // Nothing is left behind in a project's node_modules.
    fsCache: false,
    interopDefault: false,
    virtualModules: {
      antlion: await import('../../index.ts'),
      // Of these two nothing but types is taken: they are extended by declaration.
      'antlion/faults': {},
      'antlion/observations': {},
      'antlion/environments': await import('../../environments.ts'),
      'antlion/proxy': await import('../../proxy.ts'),
      'antlion/reference': await import('../../../reference-impl/system.ts'),
    },
  });
}

/** The error in a line, with the place in the file if the stack tells it. */
function whatWasThrown(cause: unknown, path: string): string {
  if (!(cause instanceof Error)) return String(cause);
  const [first = ''] = cause.message.split('\n');
  const at = cause.stack?.split(path)[1]?.match(/^:(\d+)/)?.[1];
  return `${cause.name}: ${first}${at === undefined ? '' : ` (line ${at})`}`;
}
