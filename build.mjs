// Compiles to dist with the project's own TypeScript, and stamps the result with a digest of what a
// node and a simulation run; what browsers run of a report is bundled into one script and one style, and
// the command line into few files: to read a thousand takes longer than most commands.
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
import { dirname, join, relative, resolve } from 'node:path';
import { build, buildSync } from 'esbuild';

const [made, gone] = [`dist.new-${process.pid}`, `dist.old-${process.pid}`];
try {
  const tsc = createRequire(import.meta.url).resolve('typescript/bin/tsc');
  const flags = ['-p', 'tsconfig.json', '--outDir', made];
  execFileSync(process.execPath, [tsc, ...flags], { stdio: 'inherit' });
  chmodSync(join(made, 'harness/cli/bin.js'), 0o755);
  writeFileSync(join(made, 'build.json'), `${JSON.stringify({ digest: digestOf(made) })}\n`);
  // After the digest: how a report looks is no part of what a run does.
  bundlePage(join(made, 'harness/page/client'));
  await bundleCommandLine(resolve(made, 'harness/cli'));
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

/** In place of its entry, with its parts beside it. What is loaded by its path stays where it is. */
async function bundleCommandLine(folder) {
  await build({
    entryPoints: [join(folder, 'bin.js')],
    outdir: folder,
    allowOverwrite: true,
    chunkNames: 'part-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'es2022',
    packages: 'external',
    plugins: [ownPlace(folder)],
    logLevel: 'warning',
  });
}

/** A module in a bundle still finds what lies beside its own file. */
function ownPlace(folder) {
  // Not where it is part of a text, which goes into the bundle of a node.
  const place = /(?<!antlionRequire\()\bimport\.meta\.(url|dirname)\b/g;
  return {
    name: 'own-place',
    setup({ onLoad }) {
      onLoad({ filter: /\.js$/ }, ({ path }) => {
        const text = readFileSync(path, 'utf8');
        if (!place.test(text)) return null;
        const [file, own] = [path, dirname(path)].map((p) =>
          JSON.stringify(relative(folder, p) || '.'),
        );
        const made = {
          url: `new URL(${file}, import.meta.url).href`,
          dirname: `antlionPath(new URL(${own}, import.meta.url))`,
        };
        const head = "import { fileURLToPath as antlionPath } from 'node:url';\n";
        return { contents: head + text.replace(place, (_, name) => made[name]), loader: 'js' };
      });
    },
  };
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
