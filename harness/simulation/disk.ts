/**
 * One node's disk: the logs of its lanes, synced in groups, one sync at a time.
 *
 * A crash keeps what was synced and, drawn from the seed, a prefix of what was not: a torn tail. What
 * troubles make of it is in `disk-troubles.ts`.
 */
import { assert } from '../core/assert.ts';
import type { Lane, NodeId, Rec } from '../core/host.ts';
import { carefulDisk } from '../core/disk-care.ts';
import type { DiskTrouble } from '../faults/disk-trouble.ts';
import { DiskTroubles } from './disk-troubles.ts';
import { eventType } from './event.ts';
import type { WorldModel } from './options.ts';
import { RoundtripSampler } from './json-roundtrip.ts';
import type { NoiseOf } from './noise.ts';
import { Wheel } from './wheel.ts';
import type { EventId } from './wheel.ts';

interface Log {
  /** From index `first` on. */
  records: Rec[];
  first: number;
  /** Those before this index may go: some have, by the time of a crash. */
  forgotten: number;
  /** How many records are on disk, gone ones included, and how many will be when the running sync ends. */
  synced: number;
  syncing: number;
  /** How many the lane knows to be on disk. */
  told: number;
  /** From here on a crash takes all, whatever was said of syncs: until one that is honest, or for good. */
  feignedFrom: number;
  lostFrom: number;
}

const idle = -1;
/** A sync that waits for room ends when there is some: longer than any run, µs. */
const fullUs = 1_000_000_000_000;

export class Disk {
  private readonly wheel: Wheel;
  private readonly node: NodeId;
  private readonly noise: NoiseOf;
  private readonly model: WorldModel;
  private readonly sampler: RoundtripSampler;
  private readonly logs: Log[] = [];
  /** The running sync, when it would end without faults, and when it began. */
  private sync: EventId = idle;
  private plainEndUs = 0;
  private beganUs = 0;
  /** Extra time of each sync by the faults that are active, and who wants to know. */
  private delayUs = 0;
  private readonly onEffect: (() => void)[] = [];
  private readonly troubles: DiskTroubles;

  constructor(wheel: Wheel, node: NodeId, noise: NoiseOf, model: WorldModel, care = carefulDisk) {
    this.troubles = new DiskTroubles(() => noise.ofDisk(node, wheel.nowUs), care);
    this.wheel = wheel;
    this.node = node;
    this.noise = noise;
    this.model = model;
    this.sampler = new RoundtripSampler(model.strictEvery);
  }

  append(lane: Lane, index: number, record: Rec): void {
    const log = this.log(lane);
    assert(index === endOf(log), 'a record out of order', { lane, index });
    log.records.push(this.sampler.pass(record));
    if (this.sync === idle) this.begin();
    // What the same instant appends shares the sync: a group.
    if (this.beganUs === this.wheel.nowUs) log.syncing = endOf(log);
  }

  /** The records before index `before` may go. */
  forget(lane: Lane, before: number): void {
    const log = this.log(lane);
    log.forgotten = Math.max(log.forgotten, before);
    // Half of what is kept is gone: a step a record in the long run.
    if (log.forgotten - log.first > log.records.length / 2) drop(log, log.forgotten);
  }

  /**
   * The running sync has ended: tells each lane that got further, and begins the next if needed. `onDurable` sees each
   * record that is on disk now; the machine may crash in it, and then no lane is told.
   */
  synced(
    told: { synced(lane: Lane, index: number): void },
    onDurable?: (record: Rec) => void,
  ): void {
    this.sync = idle;
    const fate = this.troubles.fateOfSync();
    const durable = onDurable !== undefined && fate === 'holds' ? this.logs.flatMap(written) : [];
    let isBehind = false;
    for (let lane = 0; lane < this.logs.length; lane++) {
      const log = this.log(lane);
      if (fate === 'fails' && log.syncing > log.synced) {
        log.lostFrom = Math.min(log.lostFrom, log.synced);
      }
      log.feignedFrom = fate === 'lies' ? Math.min(log.feignedFrom, log.synced) : Infinity;
      if (log.syncing > log.synced) {
        this.troubles.wrote(lane, log.records, log.syncing - log.first);
      }
      log.synced = log.syncing;
      if (endOf(log) > log.synced) isBehind = true;
    }
    if (isBehind) {
      this.begin();
      for (const log of this.logs) log.syncing = endOf(log);
    }
    for (const record of durable) onDurable?.(record);
    for (let lane = 0; lane < this.logs.length; lane++) {
      const log = this.log(lane);
      if (log.synced === log.told) continue;
      log.told = log.synced;
      told.synced(lane, log.synced - 1);
    }
  }

  /** The machine died: the running sync is gone, and of the unsynced records a prefix survives. */
  crash(): void {
    if (this.sync !== idle) this.wheel.cancel(this.sync);
    this.sync = idle;
    const draw = this.noise.ofDisk(this.node, this.wheel.nowUs);
    for (const [lane, log] of this.logs.entries()) {
      const sound = log.synced + draw.below(endOf(log) - log.synced + 1);
      const kept = Math.max(log.first, Math.min(sound, log.feignedFrom, log.lostFrom));
      const torn = this.troubles.torn(log.records[kept - log.first]);
      log.records.length = kept - log.first;
      this.troubles.cutOff(lane, log.records);
      if (torn !== null) log.records.push(torn);
      // Files are removed one by one: the crash came after any of them.
      if (log.forgotten > log.first) {
        drop(log, log.first + draw.below(log.forgotten - log.first + 1));
      }
      const { length } = log.records;
      Object.assign(log, afterRestart(length));
    }
  }

  /** The machine was shut down: all that was written is there. */
  close(): void {
    if (this.sync !== idle) this.wheel.cancel(this.sync);
    this.sync = idle;
    for (const log of this.logs) {
      drop(log, log.forgotten);
      const { length } = log.records;
      Object.assign(log, afterRestart(length));
    }
  }

  /** What a node finds at its start, by lane. */
  contents(): readonly (readonly Rec[])[] {
    return this.troubles.read(this.logs.map((log) => [...log.records]));
  }

  /** Begins a trouble; the answer ends it. `onEffect` is told when it meets something. */
  trouble(what: DiskTrouble, onEffect: () => void): () => void {
    if (what === 'full') {
      this.slow(fullUs, onEffect);
      return () => this.hasten(fullUs, onEffect);
    }
    return this.troubles.begin(what, onEffect, () =>
      this.logs.map((log) => log.synced - log.first),
    );
  }

  /** Every sync takes `delayUs` longer until `hasten` is called; the running one too. */
  slow(delayUs: number, onEffect: () => void): void {
    this.delayUs += delayUs;
    this.onEffect.push(onEffect);
    if (this.sync === idle || this.hasEnded()) return;
    this.wheel.move(this.sync, this.wheel.whenUs(this.sync) + delayUs);
    onEffect();
  }

  /** Takes back one `slow`. A sync that only waited for it ends as if it had never been. */
  hasten(delayUs: number, onEffect: () => void): void {
    this.delayUs -= delayUs;
    this.onEffect.splice(this.onEffect.indexOf(onEffect), 1);
    if (this.sync === idle || this.hasEnded()) return;
    const endUs = Math.max(this.plainEndUs + this.delayUs, this.wheel.nowUs);
    if (endUs < this.wheel.whenUs(this.sync)) this.wheel.move(this.sync, endUs);
  }

  /** The running sync is over, but its node is paused and has not heard of it. */
  private hasEnded(): boolean {
    return this.wheel.whenUs(this.sync) === Wheel.endUs;
  }

  private begin(): void {
    const sync = this.model.sync;
    const draw = this.noise.syncOf(this.node, this.wheel.nowUs);
    const takesUs =
      typeof sync === 'function' ? sync(this.node, draw) : draw.between(sync.lowUs, sync.highUs);
    this.beganUs = this.wheel.nowUs;
    this.plainEndUs = this.beganUs + takesUs;
    this.sync = this.wheel.post(
      this.plainEndUs + this.delayUs,
      eventType.synced,
      this.node,
      0,
      0,
      null,
    );
    for (const effective of this.onEffect) effective();
  }

  private log(lane: Lane): Log {
    while (this.logs.length <= lane)
      this.logs.push({
        records: [],
        first: 0,
        forgotten: 0,
        synced: 0,
        syncing: 0,
        told: 0,
        feignedFrom: Infinity,
        lostFrom: Infinity,
      });
    return this.logs[lane] as Log;
  }
}

function afterRestart(length: number): Omit<Log, 'records'> {
  const counts = { first: 0, forgotten: 0, synced: length, syncing: length, told: length };
  return { ...counts, feignedFrom: Infinity, lostFrom: Infinity };
}

/** What the running sync writes. */
function written({ records, first, synced, syncing }: Log): Rec[] {
  return records.slice(synced - first, syncing - first);
}

/** The index of the next record. */
function endOf(log: Log): number {
  return log.first + log.records.length;
}

function drop(log: Log, before: number): void {
  log.records.splice(0, before - log.first);
  log.first = before;
}
