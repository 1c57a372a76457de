/**
 * The program of a node as one file that needs nothing beside it: its entry, JavaScript or TypeScript,
 * with all that it imports. Modules of the system stay imports; a file read by its path does not come.
 */
import { existsSync } from 'node:fs';
import { HarnessError } from '../core/errors.ts';

/** CommonJS packages inside a module need a `require`; a name of its own, for a bundle may have one. */
const banner =
  "import { createRequire as antlionRequire } from 'node:module'; " +
  'const require = antlionRequire(import.meta.url);';

/** Whether Node 20 cannot run an entry as it is. */
export function isTypeScript(entry: string): boolean {
  return /\.[cm]?ts$/.test(entry);
}

/** Throws E_NOT_BUILT when `entry` does not exist, E_BUNDLE when something that it imports does not. */
export async function bundle(entry: string): Promise<string> {
  if (!existsSync(entry)) {
    throw new HarnessError(
      'E_NOT_BUILT',
      `${entry} does not exist, wanted the entry of a node. Build it; in antlion: npm run build.`,
    );
  }
  // Most runs bundle nothing.
  const { build } = await import('esbuild');
  try {
    const { outputFiles } = await build({
      entryPoints: [entry],
      bundle: true,
      write: false,
      platform: 'node',
      format: 'esm',
      target: `node${process.versions.node}`,
      banner: { js: banner },
      // An addon is no part of one file. Most are only there for a container engine's client, which no node loads.
      external: ['*.node'],
      // A map costs a third of the time that a node takes to start, also after each crash.
      sourcemap: isTypeScript(entry) ? 'inline' : false,
      sourcesContent: false,
      logLevel: 'silent',
    });
    return outputFiles[0]?.text ?? '';
  } catch (cause) {
    throw new HarnessError(
      'E_BUNDLE',
      `${entry} cannot be made one file (${whyNot(cause)}), wanted an entry whose imports are all ` +
        'there. Run npm ci, and mend what it says.',
      { cause },
    );
  }
}

/** The first of esbuild's errors, on one line. */
function whyNot(e: unknown): string {
  const [first] =
    (e as { errors?: { text: string; location: { file: string } | null }[] }).errors ?? [];
  if (first === undefined) return e instanceof Error ? e.message : String(e);
  return first.location === null ? first.text : `${first.location.file}: ${first.text}`;
}
