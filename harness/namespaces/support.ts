/** Whether this machine makes private networks, found out by making one. */
import { spawnSync } from 'node:child_process';
import { setupScript } from './layout.ts';

/** In a network and with mounts of its own, which end with it. */
export const inPrivate: readonly string[] = ['unshare', '-n', '-m', '--propagation', 'private'];

const programs = [
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
] as const;

const trialMs = 10_000;
let known: { readonly why: string | null } | null = null;

/** Null where it does; otherwise what is missing, and how to get it. Found out once a process. */
export function whyNoNamespaces(): string | null {
  known ??= { why: findOut() };
  return known.why;
}

function findOut(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root: run as root';
  for (const [program, debian] of programs) {
    if (spawnSync(program, ['-V'], { stdio: 'ignore' }).error !== undefined) {
      return `it needs ${program}: apt-get install ${debian}`;
    }
  }
  const [unshare = '', ...flags] = inPrivate;
  const trial = spawnSync(unshare, [...flags, 'sh', '-euc', setupScript(2)], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: trialMs,
  });
  if (trial.status === 0) return null;
  const said = trial.stderr.trim().split('\n').at(-1);
  return `the machine refuses it (${said || `exit code ${trial.status}`})`;
}
