/** What can be wrong with a disk beside its speed. */

/**
 * `full`: nothing more can be written; `fails`: a sync fails, and what it was to make durable never is;
 * `lies`: a sync says that it is done, and what was written is not durable before one that is; `unreadable`:
 * nothing can be read, as a node does at its start; `torn`: of what a crash takes, the first record is left
 * damaged; `rotten`: a record that was durable, and is not the last, is damaged while it lasts.
 */
export type DiskTrouble = 'full' | 'fails' | 'lies' | 'unreadable' | 'torn' | 'rotten';

/** Those that can be done for real: by a node of ours to itself, by a disk in user space to a member. */
export type RealTrouble = 'full' | 'fails' | 'lies';

export function isReal(trouble: DiskTrouble): trouble is RealTrouble {
  return trouble === 'full' || trouble === 'fails' || trouble === 'lies';
}
