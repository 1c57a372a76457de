/**
 * Says when the place of a run's files has no room left. A node whose log finds none waits for some, so
 * the run would go on to wrong conclusions: a leader that cannot write looks like one that is cut off.
 */
import { statfsSync } from 'node:fs';
import { needingFolder } from '../cleanup/needed-folder.ts';

/** Between two looks, ms: a file system answers in microseconds. */
const lookMs = 500;

/** Calls `onFull` once, with E_FOLDER, when nothing more can be written to `folder`. Gives what ends it. */
export function watchRoom(folder: string, onFull: (error: Error) => void): () => void {
  const timer = setInterval(() => {
    try {
      needingFolder(folder, () => needRoom(folder));
    } catch (e) {
      clearInterval(timer);
      onFull(e as Error);
    }
  }, lookMs);
  return () => clearInterval(timer);
}

/** Throws ENOSPC where `folder` has no block left; some file systems do not count them. */
export function needRoom(folder: string): void {
  const { blocks, bfree, bavail } = statfsSync(folder);
  // What is reserved for root is room for root.
  const free = process.getuid?.() === 0 ? bfree : bavail;
  if (blocks === 0 || free > 0) return;
  throw Object.assign(new Error('ENOSPC: no space left on device'), { code: 'ENOSPC' });
}
