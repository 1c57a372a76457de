/** What a process that was killed leaves behind under its number, outside of any folder. */
import { unlinkSync } from 'node:fs';
import { identify } from './process-id.ts';

/**
 * Made by libfaketime where it is loaded, and removed by it where a process ends by itself. The memory goes first: a
 * process of the same number that made the semaphore, and found it there, would end.
 */
const names = ['faketime_shm_', 'sem.faketime_sem_'];

/** Of a process that is gone; nothing where another has its number by now. */
export function removeTraces(pid: number): void {
  if (process.platform !== 'linux' || identify(pid) !== null) return;
  for (const name of names) {
    try {
      unlinkSync(`/dev/shm/${name}${pid}`);
    } catch {
      // It was never there, or is somebody else's.
    }
  }
}
