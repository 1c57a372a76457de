/** Whether this machine makes private networks, found out by making one. */
import { spawnSync } from 'node:child_process';
import { setupScript } from './layout.ts';
import { steeringScript } from './steering.ts';

/** In a network and with mounts of its own, which end with it. */
export const inPrivate: readonly string[] = ['unshare', '-n', '-m', '--propagation', 'private'];

const programs = [
  ['unshare', 'util-linux'],
  ['nsenter', 'util-linux'],
  ['ip', 'iproute2'],
  ['nft', 'nftables'],
] as const;

interface Found {
  readonly why: string | null;
}

const trialMs = 10_000;
let known: Found | null = null;
let knownOfSwitch: Found | null = null;

/** Null where it does; otherwise what is missing, and how to get it. Found out once a process. */
export function whyNoNamespaces(): string | null {
  known ??= { why: findOut() };
  return known.why;
}

/**
 * Null where packets among members can be led through a switch of ours, which delays, loses, repeats, holds back and
 * narrows; otherwise what is missing. Found out once a process.
 */
export function whyNoSwitch(): string | null {
  knownOfSwitch ??= { why: whyNoNamespaces() ?? findOutSwitch() };
  return knownOfSwitch.why;
}

function findOutSwitch(): string | null {
  if (spawnSync('ethtool', ['--version'], { stdio: 'ignore' }).error !== undefined) {
    return 'it needs ethtool: apt-get install ethtool';
  }
  return tried(`${setupScript(2)}\n${steeringScript(2)}`);
}

function findOut(): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (process.getuid?.() !== 0) return 'it needs root: run as root';
  for (const [program, debian] of programs) {
    if (spawnSync(program, ['-V'], { stdio: 'ignore' }).error !== undefined) {
      return `it needs ${program}: apt-get install ${debian}`;
    }
  }
  return tried(setupScript(2));
}

function tried(script: string): string | null {
  const [unshare = '', ...flags] = inPrivate;
  const trial = spawnSync(unshare, [...flags, 'sh', '-euc', script], {
    encoding: 'utf8',
    stdio: ['ignore', 'ignore', 'pipe'],
    timeout: trialMs,
  });
  if (trial.status === 0) return null;
  const said = trial.stderr.trim().split('\n').at(-1);
  return `the machine refuses it (${said || `exit code ${trial.status}`})`;
}
