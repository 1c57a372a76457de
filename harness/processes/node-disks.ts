/** Disks in user space for nodes of ours, where a plan has faults that real disks do not do when they are told to. */
import type { Journal } from '../cleanup/journal.ts';
import { soundDisk } from '../disks/disk.ts';
import { Disks } from '../disks/disks.ts';
import { beginTrial } from '../disks/trouble-trial.ts';
import { whyNoDisks } from '../disks/support.ts';
import type { Fault } from '../core/fault.ts';
import type { NodeId } from '../core/host.ts';
import type { UserSpaceTrouble } from '../faults/disk-trouble.ts';
import { kindOf } from '../faults/kinds.ts';
import type { DiskFigures, DiskTrial, NodeDisks } from '../realtime/deployment.ts';

export interface OwnDisksOptions {
  readonly faults: readonly Fault[];
  /** Of the nodes' data, by id; all are there. */
  readonly folders: readonly string[];
  /** Of the run, in the journal already. */
  readonly folder: string;
  readonly journal: Journal;
}

export class OwnDisks implements NodeDisks, AsyncDisposable {
  private readonly disks: Disks;
  private readonly folders: readonly string[];

  private constructor(disks: Disks, folders: readonly string[]) {
    this.disks = disks;
    this.folders = folders;
  }

  /** Null where no fault needs them, or the machine takes none. */
  static async open({ faults, ...options }: OwnDisksOptions): Promise<OwnDisks | null> {
    const isWanted = faults.some((f) => kindOf(f).by === 'our-disk');
    if (!isWanted || whyNoDisks() !== null) return null;
    return new OwnDisks(await Disks.open(options), options.folders);
  }

  /** What a command is put behind to see them: it stays the same process. */
  get within(): readonly string[] {
    return ['nsenter', this.disks.within, `--wd=${process.cwd()}`];
  }

  async set(node: NodeId, troubles: readonly UserSpaceTrouble[]): Promise<void> {
    await this.disks.set(node, {
      ...soundDisk,
      isUnreadable: troubles.includes('unreadable'),
      isMisdirecting: troubles.includes('misdirected'),
    });
  }

  figures(node: NodeId): Promise<DiskFigures> {
    return this.disks.counts(node);
  }

  trial(node: NodeId, trouble: UserSpaceTrouble): Promise<DiskTrial> {
    return beginTrial(this.disks.seen(this.folders[node] ?? ''), trouble);
  }

  /** Ends a node by `kill`, and with it loses what it had not synced. */
  async losePower(node: NodeId, kill: () => Promise<void>): Promise<void> {
    const gone = kill();
    // A disk that is gone lets go of everybody.
    await this.disks.release(node).catch(() => undefined);
    await gone;
    await this.disks.losePower(node);
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.disks[Symbol.asyncDispose]();
  }
}
