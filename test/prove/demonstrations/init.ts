/** `antlion init` as a newcomer has it: an empty folder, everything from the registry, each template, language and runner. */
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { versions } from '../../../harness/cli/init/init-plan.ts';
import type { Demonstration, Say } from './demonstration.ts';

/** From the first word on the command line to the red run, ms. */
const initMsMax = 60_000;

const all: readonly (readonly string[])[] = [
  ...['scenario', 'system', 'library'].flatMap((t) =>
    ['js', 'ts'].map((l) => ['--template', t, '--language', l]),
  ),
  ...['node', 'mocha', 'vitest'].flatMap((r) =>
    ['js', 'ts'].map((l) => ['--template', 'property', '--runner', r, '--language', l]),
  ),
];

export const init: Demonstration = {
  says: 'antlion init of each template, language and runner, in empty folders, installed from the registry',
  isLong: true,
  run: ({ say }) => prove(say),
};

function prove(say: Say): void {
  const work = mkdtempSync(join(tmpdir(), 'antlion-init-'));
  try {
    const packed = npm(process.cwd(), 'pack', '--ignore-scripts', '--pack-destination', work);
    const tarball = join(work, packed.stdout.trim().split('\n').at(-1) ?? '');
    for (const [i, flags] of all.entries()) {
      const folder = join(work, String(i));
      mkdirSync(folder);
      one(say, folder, tarball, flags);
    }
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function one(say: Say, folder: string, tarball: string, flags: readonly string[]): void {
  const begunMs = performance.now();
  const installed = npm(folder, 'install', '--save-dev', tarball, ...packagesOf(flags));
  const installMs = performance.now() - begunMs;
  const bin = join('node_modules', '.bin', 'antlion');
  const ended = spawnSync(bin, ['init', '.', ...flags], {
    cwd: folder,
    encoding: 'utf8',
    env: { ...process.env, NO_COLOR: '1' },
  });
  const initMs = performance.now() - begunMs - installMs;
  const tries = [...ended.stdout.matchAll(/^This (?:holds|does not, and says why): (.*)$/gm)];
  const isWhole = installed.status === 0 && ended.status === 0 && tries.length === 2;
  say(
    isWhole && initMs <= initMsMax,
    `init ${flags.join(' ')}: green and red in ${seconds(initMs)}, installed in ${seconds(installMs)}`,
    isWhole ? (tries[1]?.[1] ?? '') : installed.stderr + ended.stdout + ended.stderr,
  );
}

/** What a project with this runner has. */
function packagesOf(flags: readonly string[]): string[] {
  const names = (['mocha', 'vitest'] as const).filter((name) => flags.includes(name));
  const isLoaded = flags.includes('property') && flags.includes('ts') && !flags.includes('vitest');
  return [...names, ...(isLoaded ? (['tsx'] as const) : [])].map((n) => `${n}@${versions[n]}`);
}

function npm(
  cwd: string,
  ...words: readonly string[]
): { status: number | null; stdout: string; stderr: string } {
  return spawnSync('npm', [...words, '--no-audit', '--no-fund', '--silent'], {
    cwd,
    encoding: 'utf8',
  });
}

function seconds(ms: number): string {
  return `${(ms / 1_000).toFixed(1)} s`;
}
