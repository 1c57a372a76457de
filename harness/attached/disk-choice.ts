/** What the data of members that are started lies on, as it was asked for and as the machine allows. */
import { HarnessError } from '../core/errors.ts';
import { whyNoDisks } from '../disks/support.ts';

/**
 * `plain`: the machine's own disk, where a crash loses nothing that was written. `fuse`: a disk in user space, where
 * a crash is a power loss and syncs can be slow. `lying`: one whose syncs make nothing durable. `auto`: `fuse`
 * where a run has faults of disks and the machine takes such a disk, otherwise `plain`.
 */
export type DiskChoice = (typeof diskChoices)[number];

export const diskChoices = ['auto', 'plain', 'fuse', 'lying'] as const;

export interface DiskKind {
  readonly kind: 'plain' | 'fuse' | 'lying';
  /** Why faults of disks cannot be done; null: they can. */
  readonly missing: string | null;
}

/** For a run that `wantsFaults` of disks, or not. Throws E_DISK where one is asked for that cannot be. */
export function disksFor(choice: DiskChoice = 'auto', wantsFaults = false): DiskKind {
  if (choice === 'plain') return { kind: 'plain', missing: '--disk plain was asked for' };
  if (choice === 'auto' && !wantsFaults) return { kind: 'plain', missing: null };
  const missing = whyNoDisks();
  if (missing === null) return { kind: choice === 'auto' ? 'fuse' : choice, missing: null };
  if (choice === 'auto') return { kind: 'plain', missing };
  throw new HarnessError(
    'E_DISK',
    `members cannot be given a disk in user space: ${missing}. Do that, or pass --disk plain.`,
  );
}
