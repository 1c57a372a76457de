/** Whether this machine takes disks in user space, found out by mounting one and losing what was not synced. */
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { extname } from 'node:path';
import { fileURLToPath } from 'node:url';

/** With mounts of its own, which end with it. */
export const withOwnMounts: readonly string[] = ['unshare', '-m', '--propagation', 'private'];

const trialMs = 20_000;
let known: { readonly why: string | null } | null = null;

/** Null where it does; otherwise what is missing. Found out once a process. */
export function whyNoDisks(): string | null {
  known ??= { why: findOut() };
  return known.why;
}

function findOut(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root: run as root';
  if (!existsSync('/dev/fuse')) return 'it needs /dev/fuse: modprobe fuse';
  for (const [program, debian] of [
    ['unshare', 'util-linux'],
    ['nsenter', 'util-linux'],
    ['mount', 'mount'],
  ] as const) {
    if (spawnSync(program, ['-V'], { stdio: 'ignore' }).error !== undefined) {
      return `it needs ${program}: apt-get install ${debian}`;
    }
  }
  const kind = extname(import.meta.url);
  const main = fileURLToPath(new URL(`./trial-main${kind}`, import.meta.url));
  const loader = kind === '.ts' ? process.execArgv : [];
  const [unshare = '', ...flags] = withOwnMounts;
  const trial = spawnSync(unshare, [...flags, process.execPath, ...loader, main], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: trialMs,
  });
  if (trial.status === 0) return null;
  const said = trial.stderr.trim().split('\n').at(-1);
  return `the machine refuses it (${said || `exit code ${trial.status}`})`;
}
