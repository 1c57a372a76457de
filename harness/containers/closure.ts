/**
 * What a compiled entry needs to run somewhere else: the files it reaches by relative imports, and
 * whole packages for its bare ones, with their dependencies. Read from the text of its imports,
 * which compilers write one way; an import computed while running is not seen.
 */
import { existsSync, readFileSync, readdirSync, realpathSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { dirname, join, relative, sep } from 'node:path';
import { HarnessError } from '../core/errors.ts';

export interface Closure {
  /** Files by their path below a folder that stands for `base`, to their path on this machine. */
  readonly files: ReadonlyMap<string, string>;
  /** The entry's path below that folder. */
  readonly entry: string;
}

/** Throws E_NOT_BUILT when `entry` does not exist, E_IMAGE when a package it imports does not. */
export function closureOf(entry: string): Closure {
  if (!existsSync(entry)) {
    throw new HarnessError(
      'E_NOT_BUILT',
      `${entry} does not exist, wanted the compiled entry of a node. Run npm run build.`,
    );
  }
  const start = realpathSync(entry);
  const own = new Set<string>();
  const packages = new Set<string>();
  const open = [start];
  for (let file = open.pop(); file !== undefined; file = open.pop()) {
    if (own.has(file)) continue;
    own.add(file);
    for (const specifier of importsOf(readFileSync(file, 'utf8'))) {
      if (specifier.startsWith('.')) open.push(join(dirname(file), specifier));
      else if (!isBuiltin(specifier)) addPackage(packageName(specifier), dirname(file), packages);
    }
  }
  const manifest = findUp('package.json', dirname(start));
  if (manifest !== null) own.add(manifest);
  for (const folder of packages) for (const file of codeIn(folder)) own.add(file);
  const base = baseOf([...own]);
  const below = (file: string): string => relative(base, file).split(sep).join('/');
  return { files: new Map([...own].map((f) => [below(f), f])), entry: below(start) };
}

/** `import … from 'x'`, `export … from 'x'`, `import 'x'` and `import('x')`. */
function importsOf(text: string): string[] {
  const forms = [
    /^\s*(?:import|export)\b[^'"`;=()]*\bfrom\s*['"]([^'"\n]+)['"]/gm,
    /^\s*import\s*['"]([^'"\n]+)['"]/gm,
    /\bimport\(\s*['"]([^'"\n]+)['"]/g,
  ];
  return forms.flatMap((form) => [...text.matchAll(form)].flatMap((m) => m[1] ?? []));
}

function isBuiltin(specifier: string): boolean {
  return specifier.startsWith('node:') || builtinModules.includes(specifier);
}

/** `@hono/node-server/x` → `@hono/node-server`. */
function packageName(specifier: string): string {
  return specifier
    .split('/')
    .slice(0, specifier.startsWith('@') ? 2 : 1)
    .join('/');
}

interface Manifest {
  readonly dependencies?: Readonly<Record<string, string>>;
  readonly peerDependencies?: Readonly<Record<string, string>>;
  readonly peerDependenciesMeta?: Readonly<Record<string, { readonly optional?: boolean }>>;
}

function addPackage(name: string, from: string, packages: Set<string>): void {
  const folder = findUp(join('node_modules', name), from);
  if (folder === null) {
    throw new HarnessError(
      'E_IMAGE',
      `package ${name} is not installed, wanted by a node that is to run in a container. Run npm ci.`,
    );
  }
  if (packages.has(folder)) return;
  packages.add(folder);
  const m = JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')) as Manifest;
  const peers = Object.keys(m.peerDependencies ?? {}).filter(
    (peer) => m.peerDependenciesMeta?.[peer]?.optional !== true,
  );
  for (const dependency of [...Object.keys(m.dependencies ?? {}), ...peers]) {
    addPackage(dependency, folder, packages);
  }
}

/** The first of `folder` and its parents that holds `name`, as node resolves packages. */
export function findUp(name: string, folder: string): string | null {
  for (let at = folder; ; at = dirname(at)) {
    const found = join(at, name);
    if (existsSync(found)) return found;
    if (dirname(at) === at) return null;
  }
}

/** What node may load of a package; its types, maps and documents stay behind. */
function codeIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((f) => f.isFile() && /\.(?:[cm]?js|json|node|wasm)$/.test(f.name))
    .map((f) => join(f.parentPath, f.name));
}

/**
 * The folder that holds all files, cut before the first `node_modules`: below it packages are found
 * from every file as they are here.
 */
function baseOf(files: readonly string[]): string {
  const paths = files.map((f) => dirname(f).split(sep));
  const shared = paths.reduce((a, b) => {
    const differs = a.findIndex((part, i) => part !== b[i]);
    return differs < 0 ? a : a.slice(0, differs);
  });
  const cut = shared.indexOf('node_modules');
  return (cut < 0 ? shared : shared.slice(0, cut)).join(sep) || sep;
}
