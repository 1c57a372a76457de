// Compiles to dist with the project's own TypeScript, and stamps the result with a digest of what a
// node and a simulation run; what browsers run of a report is bundled into one script and one style.
// Called by `npm run build`, and on `npm ci` by `prepare`. It is made aside
// and swapped in at the end: whatever runs from dist meanwhile finds all of it.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  readFileSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { buildSync } from 'esbuild';

const [made, gone] = [`dist.new-${process.pid}`, `dist.old-${process.pid}`];
try {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const flags = ['-p', 'tsconfig.json', '--outDir', made];
  execFileSync(process.execPath, [tsc, ...flags], { stdio: 'inherit' });
  chmodSync(join(made, 'harness/cli/bin.js'), 0o755);
  writeFileSync(join(made, 'build.json'), `${JSON.stringify({ digest: digestOf(made) })}\n`);
  // After the digest: how a report looks is no part of what a run does.
  bundlePage(join(made, 'harness/page/client'));
  if (existsSync('dist')) renameSync('dist', gone);
  renameSync(made, 'dist');
} finally {
  for (const folder of [made, gone]) rmSync(folder, { recursive: true, force: true });
}

function bundlePage(outdir) {
  const folder = 'harness/page/client';
  const entryPoints = ['main.ts', 'mark.ts', 'style.css'].map((file) => join(folder, file));
  buildSync({ entryPoints, outdir, bundle: true, minify: true, format: 'iife', target: 'es2022' });
}

function digestOf(root) {
  const digest = createHash('sha256');
  for (const folder of ['harness', 'reference-impl', 'scenarios']) {
    for (const path of compiled(join(root, folder))) {
      // As it will be called, wherever it was made.
      digest.update(path.replace(root, 'dist')).update(readFileSync(path));
    }
  }
  return digest.digest('hex').slice(0, 12);
}

/** Every .js file below `folder`, sorted. */
function compiled(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? compiled(path) : [path]))
    .filter((path) => path.endsWith('.js'));
}
