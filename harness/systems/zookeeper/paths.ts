/** Where a run keeps its nodes: below a root of its own, a folder for each kind of thing. */

export const folders = [
  ...(['keys', 'lock', 'semaphore', 'election', 'registry', 'scratch'] as const),
  ...(['barrier', 'config'] as const),
] as const;
export type Folder = (typeof folders)[number];

export interface Paths {
  /** Every folder on the way, the outermost first. */
  readonly all: readonly string[];
  readonly root: string;
  of(folder: Folder, name?: string): string;
}

/** `prefix` is what keys of the run begin with; one that is empty is that of members of our own. */
export function pathsOf(prefix: string): Paths {
  const words = ['antlion', ...prefix.split('/').filter((word) => word !== '')];
  const root = `/${words.join('/')}`;
  const above = words.map((_, i) => `/${words.slice(0, i + 1).join('/')}`);
  return {
    root,
    all: [...above, ...folders.map((folder) => `${root}/${folder}`)],
    of: (folder, name) =>
      name === undefined ? `${root}/${folder}` : `${root}/${folder}/${encodeURIComponent(name)}`,
  };
}

/** What was last in a path, as it was called. */
export function nameIn(child: string): string {
  return decodeURIComponent(child);
}
