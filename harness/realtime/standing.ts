/** What the machine says of a process, so that nobody has to believe who signalled it. */
import { readFileSync } from 'node:fs';
import { stateOf } from '../cleanup/process-id.ts';
import type { ProcessState } from '../faults/overlap.ts';

/** Null: this machine does not tell. `pid` null or undefined: there is none. */
export function standingOfProcess(pid: number | null | undefined): ProcessState | null {
  if (pid === null || pid === undefined) return 'down';
  if (process.platform !== 'linux') return null;
  const state = stateOf(pid);
  if (state === null || state === 'Z' || state === 'X') return 'down';
  return state === 'T' || state === 't' ? 'stands still' : 'runs';
}

/**
 * What a process runs, with its arguments, as the machine says; null: there is none, this machine does not tell, or it
 * is still what makes room for the program (`before`).
 */
export function commandOfProcess(pid: number | undefined, before: string | null): string | null {
  if (pid === undefined || process.platform !== 'linux') return null;
  try {
    const argv = readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0').slice(0, -1);
    return argv.length === 0 || argv[0] === before ? null : argv.join(' ');
  } catch {
    return null;
  }
}
