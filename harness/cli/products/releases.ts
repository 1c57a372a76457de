/** Releases of products that were made on this machine: where they are, and how one is made. */
import { spawn } from 'node:child_process';
import { copyFileSync, existsSync, mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { homedir } from 'node:os';
import { dirname, join } from 'node:path';
import type { Journal } from '../../cleanup/journal.ts';
import { needingFolder } from '../../cleanup/needed-folder.ts';
import { performUndo } from '../../cleanup/perform-undo.ts';
import { folderVariable } from '../../cleanup/process-id.ts';
import { makeRunFolder } from '../../cleanup/session.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Releases, SystemManifest } from '../../systems/define-system.ts';

/** One release of one product. */
export interface Release {
  readonly product: string;
  readonly version: string;
  /** Where its program is once it was made. */
  readonly program: string;
  readonly recipe: Releases;
}

/** What a command that failed said last, characters. */
const saidMax = 1_000;

/** `etcd@3.5.2` in its parts; null: that is no release. */
export function splitRelease(asked: string): { name: string; version: string } | null {
  const [, name, version] = /^([a-z][a-z0-9-]*)@(.*)$/.exec(asked) ?? [];
  return name === undefined || version === undefined ? null : { name, version };
}

/** Throws E_USAGE for what is no version, and for a product of which none can be chosen. */
export function releaseOf({ name, releases }: SystemManifest, version: string): Release {
  if (releases === null) {
    throw new HarnessError(
      'E_USAGE',
      `version is "${version}", and ${name} is run as it is installed, wanted no version. Pass ${name}, with --binary PATH for another program.`,
    );
  }
  if (!releases.versions.test(version)) {
    throw new HarnessError(
      'E_USAGE',
      `version is "${version}", wanted ${releases.wanted}. Pass ${name}@VERSION.`,
    );
  }
  const product = releases.of ?? name;
  const cache = process.env['XDG_CACHE_HOME'] ?? join(homedir(), '.cache');
  const folder = join(cache, 'antlion', 'systems', product, version);
  const program = join(folder, releases.program);
  return { product, version, program, recipe: releases };
}

export function isInstalled({ program }: Release): boolean {
  return existsSync(program);
}

/** Throws E_NO_PROGRAM with what makes it. */
export function requireInstalled(release: Release): void {
  if (isInstalled(release)) return;
  const { product, version, program } = release;
  throw new HarnessError(
    'E_NO_PROGRAM',
    `${product} ${version} is not there (${program}), wanted that release. Make it: antlion systems install ${product}@${version}`,
  );
}

/**
 * Makes it in a folder of its own, and keeps its program alone; half a program is never found. Throws
 * E_NO_PROGRAM when what makes it is missing or cannot, E_FOLDER when nothing can be written.
 */
export async function installRelease(
  release: Release,
  journal: Journal,
  signal: AbortSignal,
  onStep: (command: string) => void,
): Promise<void> {
  const { product, version, program, recipe } = release;
  const { path, entry } = makeRunFolder(journal, 'install');
  try {
    for (const [name, text] of Object.entries(recipe.files)) writeFileSync(join(path, name), text);
    for (const command of recipe.commands(version)) {
      onStep(command.join(' '));
      await runIn(path, command, { release, signal });
    }
    const made = join(path, recipe.program);
    if (!existsSync(made)) {
      throw new HarnessError(
        'E_NO_PROGRAM',
        `${product} ${version} was made without ${recipe.program}, wanted that program. Report it.`,
      );
    }
    needingFolder(dirname(program), () => {
      mkdirSync(dirname(program), { recursive: true });
      const part = `${program}.${process.pid}`;
      try {
        copyFileSync(made, part);
        renameSync(part, program);
      } finally {
        rmSync(part, { force: true });
      }
    });
  } finally {
    await performUndo({ kind: 'remove-folder', path });
    journal.done(entry);
  }
}

/** Runs it to its end, in a group of its own that an interrupt ends with all that it started. */
async function runIn(
  folder: string,
  [program, ...args]: readonly [string, ...string[]],
  { release, signal }: { readonly release: Release; readonly signal: AbortSignal },
): Promise<void> {
  signal.throwIfAborted();
  const { product, version, recipe } = release;
  const env = { ...process.env, ...recipe.env, [folderVariable]: folder };
  const child = spawn(program, args, {
    cwd: folder,
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
    detached: true,
  });
  const end = (): void => {
    if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
  };
  signal.addEventListener('abort', end, { once: true });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-saidMax)));
  }
  try {
    const code = await new Promise<number | null>((resolve, reject) => {
      child.once('error', reject);
      child.once('close', resolve);
    });
    signal.throwIfAborted();
    if (code === 0) return;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause;
    const { needs } = recipe;
    throw new HarnessError(
      'E_NO_PROGRAM',
      `${needs.program} is not there, wanted it to make ${product} ${version}. Install it: ${needs.otherwise}`,
      { cause },
    );
  } finally {
    signal.removeEventListener('abort', end);
  }
  const last = said.trim().split('\n').slice(-3).join('; ');
  throw new HarnessError(
    'E_NO_PROGRAM',
    `${product} ${version} cannot be made: ${[program, ...args].join(' ')} failed (${last}), wanted a release that can be had here. Look at ${recipe.wanted}.`,
  );
}
