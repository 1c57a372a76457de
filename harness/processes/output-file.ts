/**
 * A file that keeps the end of what a node wrote: at most `sizeMax` bytes, and as much again of what
 * was before in `<path>.1`. Written at once, so nothing queues up behind a slow disk.
 */
import { closeSync, fstatSync, openSync, renameSync, writeSync } from 'node:fs';
import { needingFolder } from '../cleanup/needed-folder.ts';

/** A node that says a line a millisecond for a quarter of an hour, bytes. */
const sizeMaxDefault = 64 * 1024 * 1024;

export class OutputFile {
  private readonly path: string;
  private readonly sizeMax: number;
  private fd: number;
  private size: number;

  /** Opens it, to append. Throws E_FOLDER. */
  constructor(path: string, sizeMax = sizeMaxDefault) {
    this.path = path;
    this.sizeMax = sizeMax;
    this.fd = needingFolder(path, () => openSync(path, 'a'));
    this.size = fstatSync(this.fd).size;
  }

  /** Throws E_FOLDER when the disk is full. */
  write(text: string): void {
    needingFolder(this.path, () => {
      if (this.size > this.sizeMax) this.turn();
      this.size += writeSync(this.fd, text);
    });
  }

  close(): void {
    closeSync(this.fd);
  }

  private turn(): void {
    closeSync(this.fd);
    renameSync(this.path, `${this.path}.1`);
    this.fd = openSync(this.path, 'a');
    this.size = 0;
  }
}
