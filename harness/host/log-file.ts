/**
 * The durable log of one lane: records are appended to a file, synced in groups off the main path,
 * and read back after a crash; see `records.ts` for their bytes.
 *
 * The log is a row of files `NAME.1`, `NAME.2`, …: when one is long enough the next is begun, and those
 * whose records are all forgotten are removed, oldest first. Everything in a file is on disk before
 * the next one is made. So a torn tail can only be at the end of the last file that is not empty, and
 * removing needs no copy: what is kept is always an unbroken end of the log.
 */
import { constants, write } from 'node:fs';
import { open, readdir, readFile, unlink } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { RealTrouble } from '../faults/disk-trouble.ts';
import type { Rec } from '../core/host.ts';
import { encodeRecord, place, readRecords } from './records.ts';

export interface LogFileOptions {
  /** All records up to `index` are on disk, which took so long. Never called from within `append`. */
  readonly onSynced: (index: number, tookUs: number) => void;
  /** Nothing after this can be promised: the node must stop. */
  readonly onFailed: (error: Error) => void;
  /** What a disk fault adds to the sync that is under way, µs. */
  readonly syncDelayUs: () => number;
  /** What else a fault makes of the disk now. Absent: nothing ever. */
  readonly trouble?: () => RealTrouble | null;
  /** JSON of a record. Default: `JSON.stringify`. */
  readonly textOf?: (record: Rec) => string;
  /** A file longer than this is followed by the next. Default: 2 MiB. */
  readonly fileBytesMax?: number;
}

/** One file of the row. */
interface Part {
  readonly number: number;
  /** Index after that of its last record. */
  end: number;
}

export class LogFile {
  private readonly path: string;
  private readonly o: LogFileOptions;
  private readonly parts: Part[];
  private file: FileHandle;
  private fileBytes: number;
  private pending: Buffer[] = [];
  private appended: number;
  private forgotten = 0;
  /** What was said to be on disk by a lying one: a crash takes it. */
  private feigned: Buffer[] = [];
  private isClosing = false;
  /** Wakes who waits for room. */
  private roomAgain: (() => void) | null = null;
  /** When the write that is under way began. */
  private beganMs: number | null = null;
  private flushing: Promise<void> | null = null;

  private constructor(path: string, options: LogFileOptions, found: Found, file: FileHandle) {
    this.path = path;
    this.o = options;
    this.parts = found.parts;
    this.file = file;
    this.fileBytes = found.lastBytes;
    this.appended = found.records.length - 1;
  }

  /** Opens or makes the log at `path`; a torn tail is cut off, on disk too, before it resolves. */
  static async open(
    path: string,
    options: LogFileOptions,
  ): Promise<{ log: LogFile; records: readonly Rec[]; tornBytes: number }> {
    const found = await readParts(path);
    const last = found.parts.at(-1) as Part;
    const file = await open(`${path}.${last.number}`, forAppending, 0o600);
    try {
      if (found.tornBytes > 0) await file.truncate(found.lastBytes);
      await file.sync();
      await syncFolder(dirname(path));
      const log = new LogFile(path, options, found, file);
      return { log, records: found.records, tornBytes: found.tornBytes };
    } catch (e) {
      await file.close();
      throw e;
    }
  }

  append(index: number, record: Rec): void {
    this.appended = index;
    this.pending.push(encodeRecord(record, this.o.textOf?.(record)));
    this.wake();
  }

  /** The records before `before` may go. */
  forget(before: number): void {
    this.forgotten = Math.max(this.forgotten, before);
    if ((this.parts[0] as Part).end <= this.forgotten && this.parts.length > 1) this.wake();
  }

  /** How long the write that is under way has taken so far, µs; 0: none is. */
  get busyUs(): number {
    return this.beganMs === null ? 0 : Math.round((performance.now() - this.beganMs) * 1_000);
  }

  /** The faults are others than before: what waited for that is tried again. */
  faultsChanged(): void {
    this.roomAgain?.();
    if (this.feigned.length > 0) this.wake();
  }

  /** Resolves when all that was appended is on disk, and what was forgotten is gone. */
  async idle(): Promise<void> {
    await this.flushing;
  }

  /** Closes the file, after all that was appended is on disk. */
  async close(): Promise<void> {
    this.isClosing = true;
    if (this.feigned.length > 0) this.wake();
    await this.idle();
    await this.file.close();
  }

  /** What a handler appends shares one sync, and so does what comes while that is under way. */
  private wake(): void {
    this.flushing ??= new Promise((resolve) => {
      process.nextTick(() => void this.flush().then(resolve));
    });
  }

  private async flush(): Promise<void> {
    try {
      do {
        while (this.hasWork) await this.writeGroup();
        await this.removeForgotten();
      } while (this.hasWork);
    } catch (e) {
      this.o.onFailed(e instanceof Error ? e : new Error(String(e)));
    }
    this.flushing = null;
  }

  private get hasWork(): boolean {
    const isHonest = this.isClosing || this.o.trouble?.() !== 'lies';
    return this.pending.length > 0 || (isHonest && this.feigned.length > 0);
  }

  private room(): Promise<void> {
    return new Promise((resolve) => {
      this.roomAgain = resolve;
    });
  }

  private async writeGroup(): Promise<void> {
    this.beganMs = performance.now();
    while (this.o.trouble?.() === 'full') await this.room();
    const trouble = this.isClosing ? null : (this.o.trouble?.() ?? null);
    const group = Buffer.concat([...this.feigned, ...this.pending]);
    const last = this.appended;
    this.pending = [];
    this.feigned = trouble === 'lies' ? [group] : [];
    if (trouble === 'lies') return this.saySynced(last);
    if (this.fileBytes >= (this.o.fileBytesMax ?? 2 * 1_024 * 1_024)) await this.beginPart();
    await writeDurably(this.file, place(group, this.fileBytes));
    this.fileBytes += group.length;
    (this.parts.at(-1) as Part).end = last + 1;
    const delayUs = this.o.syncDelayUs();
    if (delayUs > 0) await new Promise((r) => setTimeout(r, Math.ceil(delayUs / 1_000)));
    // What a failed sync was to write is never there, whatever a later one says.
    if (trouble === 'fails') throw new Error('EIO: i/o error, fsync');
    this.saySynced(last);
  }

  private saySynced(last: number): void {
    const tookUs = this.busyUs;
    this.beganMs = null;
    this.o.onSynced(last, tookUs);
  }

  /** All before is on disk. The name of the new file is, too, before anything in it is. */
  private async beginPart(): Promise<void> {
    const { number, end } = this.parts.at(-1) as Part;
    const next = await open(`${this.path}.${number + 1}`, forAppending | constants.O_EXCL, 0o600);
    await syncFolder(dirname(this.path));
    await this.file.close();
    this.file = next;
    this.fileBytes = 0;
    this.parts.push({ number: number + 1, end });
  }

  private async removeForgotten(): Promise<void> {
    while (this.parts.length > 1 && (this.parts[0] as Part).end <= this.forgotten) {
      await unlink(`${this.path}.${(this.parts[0] as Part).number}`);
      // One after the other on disk, too, so that no crash leaves a gap.
      await syncFolder(dirname(this.path));
      this.parts.shift();
    }
  }
}

/** A write returns when its bytes are on the disk: one system call a group, not two. */
const forAppending =
  constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT | (constants.O_DSYNC ?? 0);

/** A full disk is tried again after this. */
const fullMs = 100;

/** By callbacks: this is on the path of every change, and promises of files cost more than the rest. */
async function writeDurably(file: FileHandle, bytes: Buffer): Promise<void> {
  for (let at = 0; at < bytes.length;) {
    at += await new Promise<number>((resolve, reject) => {
      write(file.fd, bytes, at, (e, written) => {
        if (e === null) resolve(written);
        // Nothing of a write that found no room is lost: it waits, and whoever waits for it.
        else if (e.code === 'ENOSPC') setTimeout(() => resolve(0), fullMs);
        else reject(e);
      });
    });
  }
  // Elsewhere the flag is not there, or promises less than a sync.
  if (process.platform !== 'linux') await file.datasync();
}

interface Found {
  readonly parts: Part[];
  readonly records: readonly Rec[];
  /** Good bytes of the last file, and what follows them. */
  readonly lastBytes: number;
  readonly tornBytes: number;
}

/** Reads the files of the row, of which there is at least one afterwards. */
async function readParts(path: string): Promise<Found> {
  const parts: Part[] = [];
  const records: Rec[] = [];
  let torn: { readonly name: string; readonly bytes: number } | null = null;
  let lastBytes = 0;
  for (const number of await numbersOf(path)) {
    const name = `${path}.${number}`;
    const bytes = await readFile(name);
    if (torn !== null && bytes.length > 0) {
      throw new Error(
        `${torn.name}: ${torn.bytes} bytes at its end are damaged, and it is not the last`,
      );
    }
    if (torn !== null) {
      // Nothing was ever in it: the file before is the last one.
      await unlink(name);
      continue;
    }
    const { records: found, goodBytes } = readRecords(bytes, name);
    for (const r of found) records.push(r);
    parts.push({ number, end: records.length });
    lastBytes = goodBytes;
    if (goodBytes < bytes.length) torn = { name, bytes: bytes.length - goodBytes };
  }
  if (parts.length === 0) parts.push({ number: 1, end: 0 });
  return { parts, records, lastBytes, tornBytes: torn?.bytes ?? 0 };
}

/** The numbers of the files, ascending. Throws when one between them is missing. */
async function numbersOf(path: string): Promise<number[]> {
  const prefix = `${basename(path)}.`;
  const names = await readdir(dirname(path));
  const numbers = names
    .filter((n) => n.startsWith(prefix) && /^[1-9]\d*$/.test(n.slice(prefix.length)))
    .map((n) => Number(n.slice(prefix.length)))
    .sort((a, b) => a - b);
  numbers.forEach((n, i) => {
    const wanted = (numbers[0] as number) + i;
    if (n !== wanted) throw new Error(`${join(dirname(path), prefix)}${wanted} is missing`);
  });
  return numbers;
}

/** Makes names of new and removed files durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
