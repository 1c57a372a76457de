/**
 * What of a file would be lost if power failed now: each change since the last sync, with what was there before
 * it, so that it can be taken back.
 */
import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';

interface Change {
  /** Of the file, before. */
  readonly size: number;
  readonly at: number;
  /** What was there before, as far as there was anything. */
  readonly was: Buffer;
}

export class Unsynced {
  private changes: Change[] = [];
  /** Number of the first of `changes`, counted from the beginning. */
  private first = 0;
  /** Syncs that have begun: what they will make durable must not grow. */
  private syncing = 0;

  get isEmpty(): boolean {
    return this.changes.length === 0;
  }

  /** To be called before `bytes` are written at `at`. */
  writes(fd: number, at: number, bytes: number): void {
    const { size } = fstatSync(fd);
    const last = this.changes.at(-1);
    // Taking back the earlier one cuts off this one as well.
    if (at >= size && last !== undefined && this.syncing === 0 && last.size <= at) return;
    this.changes.push({ size, at, was: read(fd, at, Math.max(0, Math.min(bytes, size - at))) });
  }

  /** To be called before its size becomes `size`. */
  resizes(fd: number, size: number): void {
    const { size: before } = fstatSync(fd);
    if (before === size) return;
    const lost = read(fd, size, Math.max(0, before - size));
    this.changes.push({ size: before, at: size, was: lost });
  }

  /** A sync begins; what it gives makes durable what was written by now, and nothing that came later. */
  sync(): { done(isDurable: boolean): void } {
    const upTo = this.first + this.changes.length;
    this.syncing += 1;
    return {
      done: (isDurable) => {
        this.syncing -= 1;
        const kept = Math.max(0, upTo - this.first);
        if (!isDurable || kept === 0) return;
        this.changes = this.changes.slice(kept);
        this.first += kept;
      },
    };
  }

  /** Makes the file at `path` what it was at the last sync. */
  takeBack(path: string): void {
    const fd = openSync(path, 'r+');
    try {
      for (const { size, at, was } of this.changes.toReversed()) {
        ftruncateSync(fd, size);
        if (was.length > 0) writeSync(fd, was, 0, was.length, at);
      }
    } finally {
      closeSync(fd);
    }
    this.first += this.changes.length;
    this.changes = [];
  }
}

function read(fd: number, at: number, bytes: number): Buffer {
  const was = Buffer.alloc(bytes);
  return was.subarray(0, readSync(fd, was, 0, bytes, at));
}
