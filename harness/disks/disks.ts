/** Disks for members of our own, over their folders: what was not synced is lost when power fails. */
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Journal } from '../cleanup/journal.ts';
import { HarnessError } from '../core/errors.ts';
import { Helper } from '../namespaces/helper.ts';
import type { DiskCounts, DiskFaults } from './disk.ts';
import type { DiskQuestion, DiskValue } from './protocol.ts';
import { withOwnMounts } from './support.ts';

export interface DisksOptions {
  /** Of members, by their places; all are there. */
  readonly folders: readonly string[];
  /** Of the run, in the journal already. */
  readonly folder: string;
  readonly journal: Journal;
}

export class Disks implements AsyncDisposable {
  private readonly helper: Helper<DiskQuestion, DiskValue>;

  private constructor(helper: Helper<DiskQuestion, DiskValue>) {
    this.helper = helper;
  }

  /** Throws E_DISK with what was said where they cannot be made. */
  static async open({ folders, folder, journal }: DisksOptions): Promise<Disks> {
    const backing = join(folder, '.disks');
    mkdirSync(backing);
    const helper = await Helper.open<DiskQuestion, DiskValue>({
      within: withOwnMounts,
      main: 'disks-main',
      from: import.meta.url,
      args: [backing, ...folders],
      // Each waits for the kernel in a thread of its own.
      env: { UV_THREADPOOL_SIZE: String(folders.length + 4) },
      folder,
      journal,
      failed,
    });
    return new Disks(helper);
  }

  /** A flag of `nsenter` by which a command sees them. */
  get within(): string {
    return `--mount=/proc/${this.helper.pid}/ns/mnt`;
  }

  /** A folder of theirs as this process can see it. */
  seen(folder: string): string {
    return `/proc/${this.helper.pid}/root${folder}`;
  }

  async set(at: number, faults: DiskFaults): Promise<void> {
    await this.helper.ask({ do: 'set', at, faults });
  }

  async counts(at: number): Promise<DiskCounts> {
    return (await this.helper.ask({ do: 'counts', at })) as DiskCounts;
  }

  /** Lets a process that was killed end: none waits for a sync any more. */
  async release(at: number): Promise<void> {
    await this.helper.ask({ do: 'release', at });
  }

  /** To be called when nobody works on it. */
  async losePower(at: number): Promise<void> {
    await this.helper.ask({ do: 'lose-power', at });
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.helper[Symbol.asyncDispose]();
  }
}

function failed(why: string): HarnessError {
  return new HarnessError(
    'E_DISK',
    `the disks of the members failed: ${why}. See what the machine allows: antlion doctor; or pass --disk plain.`,
  );
}
