/** What can be wrong with a disk beside its speed. */

/**
 * `full`: nothing more can be written; `fails`: a sync fails, and what it was to make durable never is;
 * `lies`: a sync says that it is done, and what was written is not durable before one that is; `unreadable`:
 * nothing can be read, as a node does at its start; `torn`: of what a crash takes, the first record is left
 * damaged; `rotten`: a record that was durable, and is not the last, is damaged while it lasts;
 * `misdirected`: the last write lies where an earlier one was, and not in its own place.
 */
export type DiskTrouble = RealTrouble | UserSpaceTrouble | 'torn' | 'rotten';

/** Those that a node of ours does to itself. */
export type RealTrouble = 'full' | 'fails' | 'lies';

/** Those that a disk in user space does, beside these. */
export type UserSpaceTrouble = 'unreadable' | 'misdirected';

export function isReal(trouble: DiskTrouble): trouble is RealTrouble {
  return trouble === 'full' || trouble === 'fails' || trouble === 'lies';
}

export function isOfUserSpace(trouble: DiskTrouble): trouble is UserSpaceTrouble {
  return trouble === 'unreadable' || trouble === 'misdirected';
}
