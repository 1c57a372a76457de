/** The files of a disk by the numbers that the kernel knows them by, and where each is in the folder behind it. */
import { join } from 'node:path';
import { Unsynced } from './unsynced.ts';

export interface DiskFile {
  readonly id: bigint;
  /** Below the root; null: it was removed, and is open still. */
  path: string | null;
  readonly unsynced: Unsynced;
}

export class Tree {
  private readonly root: string;
  private readonly byId = new Map<bigint, DiskFile>();
  private readonly byPath = new Map<string, DiskFile>();
  private lastId = 0n;

  /** `root` is the folder behind it. */
  constructor(root: string) {
    this.root = root;
    this.at('');
  }

  /** The file at a path, which is there. */
  at(path: string): DiskFile {
    const known = this.byPath.get(path);
    if (known !== undefined) return known;
    this.lastId += 1n;
    const file = { id: this.lastId, path, unsynced: new Unsynced() };
    this.byId.set(file.id, file);
    this.byPath.set(path, file);
    return file;
  }

  file(id: bigint): DiskFile {
    const file = this.byId.get(id);
    if (file === undefined) throw Object.assign(new Error('no such file'), { code: 'ENOENT' });
    return file;
  }

  /** Where it is. Throws ENOENT for one that was removed. */
  real({ path }: DiskFile, name?: string): string {
    if (path === null) throw Object.assign(new Error('it was removed'), { code: 'ENOENT' });
    return join(this.root, path, name ?? '');
  }

  child(folder: DiskFile, name: string): DiskFile {
    return this.at(this.pathOf(folder, name));
  }

  removed(folder: DiskFile, name: string): void {
    this.forget(this.pathOf(folder, name));
  }

  /** With all that is below it; what was there is removed. */
  renamed(from: DiskFile, name: string, to: DiskFile, newName: string): void {
    const [before, after] = [this.pathOf(from, name), this.pathOf(to, newName)];
    if (before === after) return;
    this.forget(after);
    const below = `${before}/`;
    for (const [path, file] of this.byPath) {
      if (path !== before && !path.startsWith(below)) continue;
      const moved = after + path.slice(before.length);
      this.byPath.delete(path);
      this.byPath.set(moved, file);
      file.path = moved;
    }
  }

  /** Those that would lose something. */
  unsynced(): readonly DiskFile[] {
    return [...this.byPath.values()].filter((f) => !f.unsynced.isEmpty);
  }

  private forget(path: string): void {
    const file = this.byPath.get(path);
    if (file === undefined) return;
    file.path = null;
    this.byPath.delete(path);
  }

  private pathOf({ path }: DiskFile, name: string): string {
    return path === null || path === '' ? name : `${path}/${name}`;
  }
}
