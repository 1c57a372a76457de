/** Looks from outside whether a disk is in a trouble. */
import type { UserSpaceTrouble } from '../faults/disk-trouble.ts';
import { isInPlace, ReadTrial } from './trial.ts';

/** On the disk of `folder`, as this process sees it; to be called while it is sound. */
export async function beginTrial(
  folder: string,
  trouble: UserSpaceTrouble,
): Promise<{ isMet(): Promise<boolean | null>; end(): Promise<void> }> {
  if (trouble === 'misdirected') {
    return {
      isMet: async () => isElsewhere(await isInPlace(folder)),
      end: () => Promise.resolve(),
    };
  }
  const trial = await ReadTrial.begin(folder);
  return { isMet: async () => !(await trial.isRead()), end: () => trial.end() };
}

function isElsewhere(isInPlace: boolean | null): boolean | null {
  return isInPlace === null ? null : !isInPlace;
}
