/**
 * Misdirected writes, to whoever reads: the last write to a file lies where the bytes before it were, and in its own
 * place is what was there before. The file itself stays right, so that nothing is left of it at the end.
 */
import { readSync } from 'node:fs';
import type { DiskFile } from './tree.ts';

interface Patch {
  readonly at: number;
  readonly bytes: Buffer;
}

export class Misplacements {
  /** Writes so far that lie in a wrong place. */
  count = 0;
  private isOn = false;
  private readonly patches = new Map<DiskFile, readonly Patch[]>();

  /** For writes from now on. At the end all is where it belongs; gives the files that look otherwise then. */
  set(isOn: boolean): readonly DiskFile[] {
    this.isOn = isOn;
    if (isOn) return [];
    const files = [...this.patches.keys()];
    this.patches.clear();
    return files;
  }

  /** What was written last to a file is gone. */
  putRight(file: DiskFile): void {
    this.patches.delete(file);
  }

  /** To be called before `bytes` are written at `at`. */
  writes(file: DiskFile, fd: number, at: number, bytes: Buffer): void {
    const before = at - bytes.length;
    if (!this.isOn || bytes.length === 0 || before < 0) return;
    const was = Buffer.alloc(bytes.length);
    readSync(fd, was, 0, was.length, at);
    this.patches.set(file, [
      { at: before, bytes: Buffer.from(bytes) },
      { at, bytes: was },
    ]);
    this.count += 1;
  }

  /** Makes of what was read at `at` what is seen there. */
  see(file: DiskFile, at: number, read: Buffer): Buffer {
    for (const { at: start, bytes } of this.patches.get(file) ?? []) {
      const from = Math.max(at, start);
      const until = Math.min(at + read.length, start + bytes.length);
      if (from < until) bytes.copy(read, from - at, from - start, until - start);
    }
    return read;
  }
}
