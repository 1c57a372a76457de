/**
 * The durable log of one lane: records are appended to a file, synced in groups off the main path,
 * and read back after a crash.
 *
 * A record is its length and the CRC-32 of its bytes (4 bytes each, big endian), then JSON. A crash
 * may leave the last group of writes incomplete: recovery cuts such a torn tail off. A damaged record
 * with good ones behind it is no torn tail: it may have been acknowledged, so the node must not start.
 */
import { open } from 'node:fs/promises';
import type { FileHandle } from 'node:fs/promises';
import { dirname } from 'node:path';
import { crc32 } from 'node:zlib';
import type { Rec } from '../core/host.ts';

export interface LogFileOptions {
  /** All records up to `index` are on disk. Never called from within `append`. */
  readonly onSynced: (index: number) => void;
  /** Nothing after this can be promised: the node must stop. */
  readonly onFailed: (error: Error) => void;
  /** What a disk fault adds to the sync that is under way, µs. */
  readonly syncDelayUs: () => number;
}

const headBytes = 8;

export class LogFile {
  private readonly file: FileHandle;
  private readonly o: LogFileOptions;
  private pending: Buffer[] = [];
  private appended: number;
  private flushing: Promise<void> | null = null;

  private constructor(file: FileHandle, records: number, options: LogFileOptions) {
    this.file = file;
    this.appended = records - 1;
    this.o = options;
  }

  /** Opens or makes the log at `path`; a torn tail is cut off, on disk too, before it resolves. */
  static async open(
    path: string,
    options: LogFileOptions,
  ): Promise<{ log: LogFile; records: readonly Rec[]; tornBytes: number }> {
    const file = await open(path, 'a+', 0o600);
    try {
      const bytes = await file.readFile();
      const { records, goodBytes } = readRecords(bytes, path);
      if (goodBytes < bytes.length) await file.truncate(goodBytes);
      await file.sync();
      await syncFolder(dirname(path));
      const log = new LogFile(file, records.length, options);
      return { log, records, tornBytes: bytes.length - goodBytes };
    } catch (e) {
      await file.close();
      throw e;
    }
  }

  append(index: number, record: Rec): void {
    this.appended = index;
    this.pending.push(encodeRecord(record));
    // What this turn of the event loop appends shares one sync.
    this.flushing ??= new Promise((resolve) => {
      setImmediate(() => void this.flush().then(resolve));
    });
  }

  /** Resolves when all that was appended is on disk, then closes the file. */
  async close(): Promise<void> {
    await this.flushing;
    await this.file.close();
  }

  private async flush(): Promise<void> {
    try {
      while (this.pending.length > 0) {
        const group = this.pending;
        const last = this.appended;
        this.pending = [];
        await this.file.appendFile(Buffer.concat(group));
        await this.file.datasync();
        const delayUs = this.o.syncDelayUs();
        if (delayUs > 0) await new Promise((r) => setTimeout(r, Math.ceil(delayUs / 1_000)));
        this.o.onSynced(last);
      }
    } catch (e) {
      this.o.onFailed(e instanceof Error ? e : new Error(String(e)));
    }
    this.flushing = null;
  }
}

/** Makes the name of a new file durable. */
async function syncFolder(path: string): Promise<void> {
  const folder = await open(path, 'r');
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}

export function encodeRecord(record: Rec): Buffer {
  const body = Buffer.from(JSON.stringify(record));
  const head = Buffer.allocUnsafe(headBytes);
  head.writeUInt32BE(body.length, 0);
  head.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([head, body]);
}

/** The good records from the beginning on. Throws when the damage is not at the end. */
export function readRecords(
  bytes: Buffer,
  name: string,
): { records: readonly Rec[]; goodBytes: number } {
  const records: Rec[] = [];
  let at = 0;
  for (;;) {
    const body = bodyAt(bytes, at);
    if (body === null) break;
    records.push(JSON.parse(body.toString('utf8')) as Rec);
    at += headBytes + body.length;
  }
  const end = endOfRecord(bytes, at);
  if (end !== null && bodyAt(bytes, end) !== null) {
    throw new Error(`${name}: record ${records.length} at byte ${at} is damaged, and not the last`);
  }
  return { records, goodBytes: at };
}

/** The body of the record at `at` when it is complete and undamaged. */
function bodyAt(bytes: Buffer, at: number): Buffer | null {
  const end = endOfRecord(bytes, at);
  if (end === null) return null;
  const body = bytes.subarray(at + headBytes, end);
  return body.length > 0 && crc32(body) === bytes.readUInt32BE(at + 4) ? body : null;
}

/** Where the record at `at` says it ends, or null when that is beyond the file. */
function endOfRecord(bytes: Buffer, at: number): number | null {
  if (bytes.length - at < headBytes) return null;
  const end = at + headBytes + bytes.readUInt32BE(at);
  return end <= bytes.length ? end : null;
}
