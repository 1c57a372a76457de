/** What the machine says of a process, so that nobody has to believe who signalled it. */
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
