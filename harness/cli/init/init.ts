/** `antlion init`: a few files to begin with, then one run of them that is green and one that is red. */
import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { basename, join, relative, resolve } from 'node:path';
import { HarnessError, exitCodes } from '../../core/errors.ts';
import { say } from '../../report/output.ts';
import { makeFolders } from '../../report/text-folder.ts';
import type { InitFlags } from '../commands.ts';
import { modules, packageRoot, planOf } from './init-plan.ts';
import type { InitPlan, Try } from './init-plan.ts';
import { orFolderError } from '../files/whole-file.ts';

/** May be there before: `npm init` and `npm install` made them, or git. */
const harmless = /^(package(-lock)?\.json|node_modules|\..*)$/;

/** Throws E_USAGE for a folder that has something, E_FOLDER for one that cannot be written. */
export function initCommand(folder: string, flags: InitFlags): number {
  const begunMs = performance.now();
  requireEmpty(folder);
  const plan = planOf(flags);
  const files = write(folder, plan);
  const at = relative('.', folder) || '.';
  say(`Written to ${at}: ${files.join(', ')}.`);
  const missing = missingOf(folder, plan);
  if (!flags.run || missing.length > 0) {
    const before = missing.length > 0 ? [`npm install --save-dev ${missing.join(' ')}`] : [];
    say(`\nNext${at === '.' ? '' : `, in ${at}`}:`);
    for (const line of [...before, plan.green.shown, plan.red.shown]) say(`  ${line}`);
    return exitCodes.holds;
  }
  const isGreen = tried(folder, 'This holds', plan.green) === 0;
  const isRed = tried(folder, 'This does not, and says why', plan.red) === 1;
  const seconds = ((performance.now() - begunMs) / 1000).toFixed(1);
  say(`\nDone in ${seconds} s. Next: ${plan.next}`);
  if (isGreen && isRed) return exitCodes.holds;
  say(
    'One of the two did not end as it should on this machine: run it again, or see antlion doctor.',
  );
  return exitCodes.unknown;
}

function requireEmpty(folder: string): void {
  const found = existsSync(folder) ? readdirSync(folder) : [];
  const other = found.find((name) => !harmless.test(name));
  if (other === undefined) return;
  throw new HarnessError(
    'E_USAGE',
    `${folder} has ${other} in it, wanted a folder that is empty or new: nothing is overwritten. Pass another: antlion init my-tests.`,
  );
}

/** Gives the names of those that were written. */
function write(folder: string, plan: InitPlan): string[] {
  const wanted = 'a place of yours. Pass another: antlion init my-tests';
  const written: string[] = [];
  orFolderError(`nothing can be written to ${folder}`, wanted, () => {
    makeFolders(resolve(folder));
    const own = { name: 'package.json', text: packageText(folder, plan) };
    for (const { name, text } of [...plan.files, own]) {
      const path = join(folder, name);
      // What somebody else has written meanwhile stays, too.
      if (name === 'package.json' && existsSync(path)) continue;
      writeFileSync(path, text, { flag: 'wx' });
      written.push(name);
    }
  });
  return written;
}

function packageText(folder: string, { packages, green, red }: InitPlan): string {
  const name = basename(resolve(folder))
    .toLowerCase()
    .replaceAll(/[^a-z0-9-]+/g, '-');
  const { version } = JSON.parse(readFileSync(join(packageRoot(), 'package.json'), 'utf8')) as {
    version: string;
  };
  const script = ({ shown }: Try): string => shown.replace(/^npx /, '');
  const content = {
    name: name.replaceAll(/^-+|-+$/g, '') || 'antlion-tests',
    private: true,
    type: 'module',
    scripts: { green: script(green), red: script(red) },
    devDependencies: { antlion: version, ...packages },
  };
  return `${JSON.stringify(content, null, 2)}\n`;
}

/** Packages without which the two commands cannot run in the folder. */
function missingOf(folder: string, { packages, needsAntlion }: InitPlan): string[] {
  const names = [...(needsAntlion ? ['antlion'] : []), ...Object.keys(packages)];
  return names
    .filter((name) => installed(folder, join(name, 'package.json')) === null)
    .map((name) => (name === 'antlion' ? name : `${name}@${packages[name]}`));
}

/** Its exit code. */
function tried(folder: string, what: string, { shown, words }: Try): number | null {
  say(`\n${what}: ${shown}`);
  const [first = '', ...rest] = words;
  const isOfPackage = first.startsWith(modules);
  const file = isOfPackage ? installed(folder, first.slice(modules.length + 1)) : first;
  const ended = spawnSync(process.execPath, [file ?? first, ...rest], {
    cwd: folder,
    stdio: ['ignore', 'inherit', 'inherit'],
  });
  return ended.status;
}

/** Where a file of a package lies that code in the folder would import; null: nowhere. */
function installed(folder: string, file: string): string | null {
  const from = createRequire(join(resolve(folder), 'package.json'));
  const paths = (from.resolve.paths('antlion') ?? []).map((path) => join(path, file));
  return paths.find((path) => existsSync(path)) ?? null;
}
