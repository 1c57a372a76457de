/**
 * Whether this machine can set the clocks of other programs wrong: by `libfaketime` (https://github.com/wolfcw/libfaketime),
 * which answers for the C library when a program asks for the time. Found out with `date`.
 */
import { spawnSync } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { LaunchPlan } from '../core/launch-plan.ts';
import { whyNotUnder } from './clock-trial.ts';

export interface ClockKind {
  /** The library that members are to load; null: none. */
  readonly library: string | null;
  /** Why faults of clocks cannot be done; null: they can. */
  readonly missing: string | null;
  /** Is it the members' program that cannot, whatever this machine has? */
  readonly isOfProgram: boolean;
}

/** For members that are started so, in a run that `wantsFaults` of clocks, or not. */
export function clocksFor(
  plan: Pick<LaunchPlan, 'command' | 'clock' | 'env'>,
  wantsFaults: boolean,
): ClockKind {
  const { clock } = plan;
  if (clock === undefined) {
    return ofProgram('their launch plan does not say how a clock of theirs is set');
  }
  if ('not' in clock) return ofProgram(clock.not);
  const library = wantsFaults ? libraryPath() : null;
  const missing = wantsFaults ? whyNoClocks() : null;
  if (missing !== null || library === null) return { library: null, missing, isOfProgram: false };
  const never = whyNotUnder(library, plan);
  return never === null ? { library, missing: null, isOfProgram: false } : ofProgram(never);
}

function ofProgram(missing: string): ClockKind {
  return { library: null, missing, isOfProgram: true };
}

const aheadS = 3_600;
const trialMs = 10_000;
let known: { readonly why: string | null } | null = null;

/** Null where it can; otherwise what is missing. Found out once a process. */
export function whyNoClocks(): string | null {
  known ??= { why: findOut(libraryPath()) };
  return known.why;
}

/** Of the library at `path`; null: there is none. */
export function findOut(path: string | null): string | null {
  if (process.platform !== 'linux') return 'it needs Linux';
  if (path === null) return 'it needs libfaketime: apt-get install libfaketime';
  const env = { ...process.env, LD_PRELOAD: path, FAKETIME: `+${aheadS}`, NO_FAKE_STAT: '1' };
  const run = spawnSync('date', ['+%s'], { encoding: 'utf8', timeout: trialMs, env });
  const isAhead = Number(run.stdout) - Date.now() / 1_000 > aheadS / 2;
  if (run.status === 0 && isAhead) return null;
  const said = run.error?.message ?? run.stderr.trim().split('\n').at(-1);
  return `${path} does not change what date says (${said || 'it said nothing'})`;
}

/** Where distributions put it, of all architectures; the one for programs with threads. */
function libraryPath(): string | null {
  const roots = ['/usr/lib', '/usr/lib64', '/usr/local/lib', '/lib'].filter((at) => existsSync(at));
  const places = roots.flatMap((at) => [
    at,
    ...readdirSync(at, { withFileTypes: true })
      .filter((entry) => entry.isDirectory() && entry.name.includes('linux'))
      .map((entry) => join(at, entry.name)),
  ]);
  const paths = places.map((at) => join(at, 'faketime', 'libfaketimeMT.so.1'));
  return paths.find((path) => existsSync(path)) ?? null;
}
