/** Whether a program starts under libfaketime: some wait for it, and it for them, at their first reading of the time. */
import { spawnSync, type SpawnSyncReturns } from 'node:child_process';
import { removeTraces } from '../cleanup/traces.ts';
import type { LaunchPlan } from '../core/launch-plan.ts';

/** What says its version does so in some ms. */
const trialMsMax = 3_000;
const tried = new Map<string, string | null>();

/** Null where it does, or where nobody says how to try. Found out once a process. */
export function whyNotUnder(
  library: string,
  { command, clock, env }: Pick<LaunchPlan, 'command' | 'clock' | 'env'>,
  msMax = trialMsMax,
): string | null {
  const [program = ''] = command;
  if (clock === undefined || 'not' in clock || clock.trial === undefined) return null;
  const { args, otherwise } = clock.trial;
  const key = [program, ...args].join(' ');
  const known = tried.get(key);
  if (known !== undefined) return known;
  const ended = spawnSync(program, args, {
    encoding: 'utf8',
    timeout: msMax,
    killSignal: 'SIGKILL',
    env: { ...process.env, ...env, LD_PRELOAD: library, FAKETIME: '+0', NO_FAKE_STAT: '1' },
  });
  if (ended.pid > 0) removeTraces(ended.pid);
  const said = saidBy(ended, msMax);
  const why =
    said === null ? null : `${program} does not start under libfaketime (${said}); ${otherwise}`;
  tried.set(key, why);
  return why;
}

function saidBy(ended: SpawnSyncReturns<string>, msMax: number): string | null {
  const code = (ended.error as NodeJS.ErrnoException | undefined)?.code;
  // Whoever starts it says that it is not there.
  if (ended.status === 0 || code === 'ENOENT') return null;
  if (code === 'ETIMEDOUT') return `it did not end within ${msMax / 1_000} s`;
  const last = ended.stderr.trim().split('\n').at(-1);
  return last || `it ended with ${ended.status ?? ended.signal}`;
}
