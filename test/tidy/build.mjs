// Compiles to dist with the project's own TypeScript, and stamps the result with a digest of what a
// node and a simulation run. Called by `npm run build`, and on `npm ci` by `prepare`.
import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmodSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';

rmSync('dist', { recursive: true, force: true });
const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
execFileSync(process.execPath, [tsc, '-p', 'tsconfig.json'], { stdio: 'inherit' });
chmodSync('dist/harness/cli/bin.js', 0o755);

const digest = createHash('sha256');
for (const folder of ['harness', 'reference-impl', 'scenarios']) {
  for (const file of compiled(join('dist', folder))) digest.update(file).update(readFileSync(file));
}
const build = { digest: digest.digest('hex').slice(0, 12) };
writeFileSync('dist/build.json', `${JSON.stringify(build)}\n`);

/** Every .js file below `folder`, sorted. */
function compiled(folder) {
  return readdirSync(folder)
    .sort()
    .map((name) => join(folder, name))
    .flatMap((path) => (statSync(path).isDirectory() ? compiled(path) : [path]))
    .filter((path) => path.endsWith('.js'));
}
