/**
 * A disk in user space: FUSE spoken over /dev/fuse by plain Node, in front of a folder. It knows what was not
 * synced, so that power can fail; syncs can be slow, fail, or lie, and it can be full.
 *
 * Names, sizes of folders and owners are durable at once, as journaling file systems nearly have it; the content of
 * files is durable once a sync has ended.
 */
import { execFile } from 'node:child_process';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, read as readCallback, writeSync } from 'node:fs';
import { constants } from 'node:os';
import { promisify } from 'node:util';
import { Operations } from './operations.ts';
import { Tree } from './tree.ts';
import { invalidation, opcodes, readRequest, reply, writeBytesMax } from './wire.ts';
import type { Request } from './wire.ts';

/** What is wrong with a disk. */
export interface DiskFaults {
  /** A sync takes so much longer. */
  readonly syncDelayUs: number;
  /** A sync says that it is done, and makes nothing durable. */
  readonly isLying: boolean;
  /** A sync fails (EIO), and makes nothing durable. */
  readonly isFailing: boolean;
  /** A write fails (ENOSPC). */
  readonly isFull: boolean;
  /** A read fails (EIO). */
  readonly isUnreadable: boolean;
  /** The last write lies where the one before it was, to whoever reads. */
  readonly isMisdirecting: boolean;
}

export const soundDisk: DiskFaults = {
  syncDelayUs: 0,
  isLying: false,
  isFailing: false,
  isFull: false,
  isUnreadable: false,
  isMisdirecting: false,
};

export interface DiskCounts {
  readonly writes: number;
  readonly syncs: number;
  readonly delayedSyncs: number;
  readonly falseSyncs: number;
  readonly failedSyncs: number;
  readonly refusedWrites: number;
  readonly failedReads: number;
  readonly misplacedWrites: number;
  /** Files that a power loss took something from. */
  readonly lostFiles: number;
}

interface Waiting {
  readonly alarm: NodeJS.Timeout;
  end(error: number): void;
}

const requestBytesMax = writeBytesMax + 65_536;

export class Disk {
  private readonly fd: number;
  private readonly tree: Tree;
  private readonly operations: Operations;
  private readonly waiting = new Set<Waiting>();
  private readonly seen: { -readonly [K in keyof DiskCounts]: DiskCounts[K] } = {
    writes: 0,
    syncs: 0,
    delayedSyncs: 0,
    falseSyncs: 0,
    failedSyncs: 0,
    refusedWrites: 0,
    failedReads: 0,
    misplacedWrites: 0,
    lostFiles: 0,
  };
  private faults = soundDisk;

  private constructor(fd: number, root: string) {
    this.fd = fd;
    this.tree = new Tree(root);
    this.operations = new Operations(this.tree, root);
  }

  /** Mounts it over `folder`, whose own files it shows. Rejects with what `mount` said. */
  static async mount(folder: string, backing: string): Promise<Disk> {
    await promisify(execFile)('mount', ['--bind', folder, backing]);
    const fd = openSync('/dev/fuse', 'r+');
    const disk = new Disk(fd, backing);
    const options = 'fd=3,rootmode=40000,user_id=0,group_id=0,allow_other';
    const words = ['-i', '-t', 'fuse', 'antlion', folder, '-o', options];
    // The kernel asks before `mount` ends.
    disk.serve();
    const child = spawn('mount', words, { stdio: ['ignore', 'ignore', 'pipe', fd] });
    let said = '';
    child.stderr?.on('data', (text: Buffer) => (said += String(text)));
    const [code] = (await once(child, 'close')) as [number | null];
    if (code === 0) return disk;
    closeSync(fd);
    throw new Error(`mount failed: ${said.trim() || `exit code ${code}`}`);
  }

  /** For what begins from now on; a sync that was made longer goes on. */
  set(faults: DiskFaults): void {
    this.faults = faults;
    this.operations.isFull = faults.isFull;
    this.operations.isUnreadable = faults.isUnreadable;
    for (const file of this.operations.misplacements.set(faults.isMisdirecting)) {
      this.send(invalidation(file.id));
    }
  }

  counts(): DiskCounts {
    return { ...this.seen };
  }

  /** Whoever waits for a sync is told that it failed: a process that is killed does not end before. */
  release(): void {
    for (const one of this.waiting) {
      clearTimeout(one.alarm);
      one.end(-constants.errno.EIO);
    }
    this.waiting.clear();
  }

  /** All files become what they were at their last sync. */
  losePower(): void {
    this.release();
    for (const file of this.tree.unsynced()) {
      this.seen.lostFiles += 1;
      this.operations.misplacements.putRight(file);
      file.unsynced.takeBack(this.tree.real(file));
      this.send(invalidation(file.id));
    }
  }

  private serve(): void {
    const buffer = Buffer.alloc(requestBytesMax);
    const next = (): void => {
      readCallback(this.fd, buffer, 0, buffer.length, null, (e, bytes) => {
        // Unmounted, or never mounted.
        if (e !== null && ['ENODEV', 'EBADF', 'EPERM'].includes(e.code ?? '')) {
          if (e.code !== 'EPERM') return;
          setTimeout(next, 1);
          return;
        }
        if (e === null) this.asked(readRequest(Buffer.from(buffer.subarray(0, bytes))));
        next();
      });
    };
    next();
  }

  private asked(q: Request): void {
    if (q.op === opcodes.fsync || q.op === opcodes.fsyncdir) return this.sync(q);
    if (q.op === opcodes.write) this.seen.writes += 1;
    try {
      const body = this.operations.answer(q);
      this.seen.misplacedWrites = this.operations.misplacements.count;
      if (body !== null) this.send(reply(q.unique, 0, body));
    } catch (e) {
      const { code = '' } = e as { readonly code?: string };
      if (code === 'ENOSPC') this.seen.refusedWrites += 1;
      if (code === 'EIO' && q.op === opcodes.read) this.seen.failedReads += 1;
      const errno = constants.errno[code as keyof typeof constants.errno] ?? constants.errno.EIO;
      this.send(reply(q.unique, -errno));
    }
  }

  private sync(q: Request): void {
    const { syncDelayUs, isLying, isFailing } = this.faults;
    this.seen.syncs += 1;
    if (isLying) this.seen.falseSyncs += 1;
    if (isFailing) this.seen.failedSyncs += 1;
    const begun = q.op === opcodes.fsync ? this.operations.synced(q).unsynced.sync() : null;
    const end = (error: number): void => {
      begun?.done(error === 0 && !isLying);
      this.send(reply(q.unique, error));
    };
    const error = isFailing ? -constants.errno.EIO : 0;
    if (syncDelayUs === 0) return end(error);
    this.seen.delayedSyncs += 1;
    const alarm = setTimeout(() => {
      this.waiting.delete(one);
      end(error);
    }, syncDelayUs / 1_000);
    const one = { alarm, end };
    this.waiting.add(one);
  }

  private send(bytes: Buffer): void {
    try {
      writeSync(this.fd, bytes);
    } catch {
      // Who asked is gone, or the disk is.
    }
  }
}
