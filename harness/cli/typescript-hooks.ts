/** Module hooks (node:module) that take the types out of TypeScript; run in a thread of their own. */
import { readFile } from 'node:fs/promises';
import type { LoadHook } from 'node:module';
import { fileURLToPath } from 'node:url';
import { transform } from 'esbuild';

export const load: LoadHook = async (url, context, next) => {
  const isOurs = url.startsWith('file:') && /\.[cm]?ts$/.test(new URL(url).pathname);
  if (!isOurs) return next(url, context);
  const path = fileURLToPath(url);
  const { code } = await transform(await readFile(path, 'utf8'), {
    loader: 'ts',
    format: 'esm',
    target: 'node20',
    sourcefile: path,
    sourcemap: 'inline',
  });
  return { format: 'module', source: code, shortCircuit: true };
};
