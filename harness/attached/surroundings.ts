/** What members of our own run in: a network and disks that are theirs alone, where faults need these. */
import type { Journal } from '../cleanup/journal.ts';
import { soundDisk } from '../disks/disk.ts';
import type { DiskCounts } from '../disks/disk.ts';
import { Disks } from '../disks/disks.ts';
import { beginTrial } from '../disks/trouble-trial.ts';
import { SyncTrial } from '../disks/trial.ts';
import type { UserSpaceTrouble } from '../faults/disk-trouble.ts';
import type { NodeCounters, NodeFaults } from '../host/control-protocol.ts';
import { PrivateNetwork } from '../namespaces/network.ts';
import type { NodeDisks } from '../realtime/deployment.ts';
import type { DiskKind } from './disk-choice.ts';
import { connects } from './member-ready.ts';
import type { Network } from './network.ts';
import type { Peer } from './peer-wiring.ts';

export interface SurroundingsOptions {
  readonly network: Network['kind'];
  readonly disk: DiskKind['kind'];
  readonly peers: readonly Peer[];
  /** Of their data, by their places; all are there. */
  readonly folders: readonly string[];
  /** Of the run, in the journal already. */
  readonly folder: string;
  readonly journal: Journal;
}

type Own = Pick<NodeFaults, 'syncDelayUs' | 'troubles'>;

export class Surroundings implements AsyncDisposable {
  readonly network: PrivateNetwork | null;
  private readonly disks: Disks | null;
  private readonly isLying: boolean;
  /** What is wrong with disks, as members are told of it, and what they are not told. */
  private readonly own = new Map<number, Own>();
  private readonly more = new Map<number, readonly UserSpaceTrouble[]>();
  /** What disks had met before the boot that a member is in, and syncs of ours since then. */
  private readonly earlier = new Map<number, DiskCounts>();
  private readonly trialsMade = new Map<number, number>();
  private readonly folders: readonly string[];
  private readonly trials = new Map<number, SyncTrial | null>();

  private constructor(
    network: PrivateNetwork | null,
    disks: Disks | null,
    isLying: boolean,
    folders: readonly string[],
  ) {
    this.folders = folders;
    this.network = network;
    this.disks = disks;
    this.isLying = isLying;
  }

  /** Throws E_NAMESPACES, E_DISK, E_PORT_IN_USE. */
  static async open(o: SurroundingsOptions): Promise<Surroundings> {
    const { folder, journal, folders } = o;
    const network =
      o.network === 'namespaces'
        ? await PrivateNetwork.open({ members: o.peers.length, folder, journal })
        : null;
    try {
      for (const { host, port, peerPort, peerPort2 } of o.peers) {
        for (const p of new Set([port, peerPort, peerPort2])) await network?.relay(host, p);
      }
      const disks = o.disk === 'plain' ? null : await Disks.open({ folders, folder, journal });
      const all = new Surroundings(network, disks, o.disk === 'lying', folders);
      for (const at of folders.keys()) await all.tell(at);
      return all;
    } catch (e) {
      await network?.[Symbol.asyncDispose]();
      throw e;
    }
  }

  /** What a command is put behind to run in the place of a member: it stays the same process. */
  within(at: number): readonly string[] {
    const flags = [this.network?.within(at), this.disks?.within].filter((f) => f !== undefined);
    if (flags.length === 0) return [];
    // Whoever enters other mounts is put at their root otherwise.
    const where = this.disks === null ? [] : [`--wd=${process.cwd()}`];
    return ['nsenter', ...flags, ...where];
  }

  /** The folder of its data as it can be seen from here. */
  seen(at: number): string {
    const folder = this.folders[at] ?? '';
    return this.disks?.seen(folder) ?? folder;
  }

  /** Does something take connections where a member listens for clients? */
  connects({ host, port }: Peer): Promise<boolean> {
    return this.network === null ? connects(host, port) : this.network.connects(host, port);
  }

  /** Troubles of their disks that nobody tells them; null: the disks are not ours. */
  get troubled(): NodeDisks | null {
    const { disks } = this;
    if (disks === null) return null;
    return {
      set: async (at, troubles) => {
        this.more.set(at, troubles);
        await this.tell(at);
      },
      figures: (at) => disks.counts(at),
      trial: (at, trouble) => beginTrial(this.seen(at), trouble),
    };
  }

  /** What is wrong with its disk from now on, beside what it is not told. */
  async setDisk(at: number, faults: Own): Promise<void> {
    this.own.set(at, faults);
    await this.tell(at);
    const { syncDelayUs } = faults;
    if (this.disks === null) return;
    this.trials.set(at, syncDelayUs === 0 ? null : SyncTrial.begin(this.seen(at)));
    if (syncDelayUs > 0) this.trialsMade.set(at, (this.trialsMade.get(at) ?? 0) + 1);
  }

  private async tell(at: number): Promise<void> {
    const { syncDelayUs, troubles } = this.own.get(at) ?? { syncDelayUs: 0, troubles: [] };
    const more = this.more.get(at) ?? [];
    await this.disks?.set(at, {
      ...soundDisk,
      syncDelayUs,
      isLying: this.isLying || troubles.includes('lies'),
      isFailing: troubles.includes('fails'),
      isFull: troubles.includes('full'),
      isUnreadable: more.includes('unreadable'),
      isMisdirecting: more.includes('misdirected'),
    });
  }

  /** How long a sync of ours takes on a disk that is slow; null: none is. */
  trialUs(at: number): number | null {
    return this.trials.get(at)?.tookUs ?? null;
  }

  /** Of the boot that it is in: what its own syncs and writes met. */
  async diskCounts(at: number): Promise<Partial<NodeCounters>> {
    if (this.disks === null) return {};
    const all = await this.disks.counts(at);
    const before = this.earlier.get(at);
    const since = (name: 'delayedSyncs' | 'failedSyncs' | 'falseSyncs' | 'refusedWrites'): number =>
      all[name] - (before?.[name] ?? 0);
    return {
      // A sync of ours is none of the member's.
      delayedSyncs: since('delayedSyncs') - (this.trialsMade.get(at) ?? 0),
      failedSyncs: since('failedSyncs'),
      falseSyncs: since('falseSyncs'),
      refusedWrites: since('refusedWrites'),
    };
  }

  /** It is started anew: what its disk has met so far was of another boot. */
  async newBoot(at: number): Promise<void> {
    if (this.disks === null) return;
    this.earlier.set(at, await this.disks.counts(at));
    this.trialsMade.set(at, 0);
  }

  /** Ends a member by `kill`, and with it loses what it had not synced. */
  async losePower(at: number, kill: () => Promise<void>): Promise<void> {
    await this.end(at, kill);
    if (this.disks === null) return;
    await this.disks.losePower(at);
    await this.newBoot(at);
  }

  /** Ends it by `kill`, also while it waits for its disk. */
  async end(at: number, kill: () => Promise<void>): Promise<void> {
    const gone = kill();
    // A disk that is gone lets go of everybody.
    await this.disks?.release(at).catch(() => undefined);
    await gone;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.disks?.[Symbol.asyncDispose]();
    await this.network?.[Symbol.asyncDispose]();
  }
}
