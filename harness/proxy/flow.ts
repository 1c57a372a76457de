/** One direction of one connection: what a socket reads goes through the toxics to the other socket. */
import type { Socket } from 'node:net';
import type { Prng } from '../core/prng.ts';
import { LimitDataStage, NoopStage, ResetStage, SlowCloseStage, TimeoutStage } from './closing.ts';
import { AcceptStallStage, HalfOpenStage } from './connecting.ts';
import { BandwidthStage, LatencyStage, SlicerStage } from './pacing.ts';
import { written } from './read-buffer.ts';
import type { Outlet, Stage, StageHost } from './stage.ts';
import type { Toxic, ToxicKind } from './toxic.ts';

/** Bytes of one direction, over all connections of a proxy. */
export interface FlowCounters {
  received: number;
  sent: number;
  dropped: number;
  delayed: number;
}

/**
 * Data that toxics keep and that the receiver has not taken, bytes; past it the sender is held back. It bounds
 * what a delay lets pass: 10 ms of it are 1.6 GB/s.
 */
const heldBytesMax = 16 * 1024 * 1024;
/** The same where there is no toxic. */
const unsentBytesMax = 512 * 1024;

interface Slot {
  readonly toxic: Toxic;
  readonly stage: Stage;
  /** The toxic was there before the connection was opened. */
  readonly isOlder: boolean;
  /** Drawn from the toxic's toxicity, once a connection and again when the toxic is changed. */
  isHit: boolean;
}

export class Flow implements Outlet {
  private readonly source: Socket;
  private readonly halfClose: boolean;
  private readonly target: Socket;
  private readonly counters: FlowCounters;
  private readonly random: Prng;
  private readonly reset: () => void;
  private readonly slots: Slot[] = [];
  private first: Outlet = this;
  private heldBytes = 0;
  private hasSourceEnded = false;
  /** The source has ended, and still listens. */
  private isHalf = false;
  private hasEnded = false;

  constructor(
    ends: { readonly source: Socket; readonly target: Socket; readonly halfClose: boolean },
    counters: FlowCounters,
    random: Prng,
    reset: () => void,
  ) {
    this.source = ends.source;
    this.halfClose = ends.halfClose;
    this.target = ends.target;
    this.counters = counters;
    this.random = random;
    this.reset = reset;
  }

  /** Lets data flow through `toxics`, which were there before the connection. */
  start(toxics: readonly Toxic[]): void {
    for (const toxic of toxics) this.install(toxic, true);
    this.source.on('end', () => {
      this.isHalf = this.halfClose;
      this.sourceEnded();
    });
    this.source.on('close', () => this.sourceEnded());
    this.target.on('close', () => this.targetClosed());
    this.source.resume();
  }

  add(toxic: Toxic): void {
    if (!this.hasEnded) this.install(toxic, false);
  }

  /** Attributes or toxicity of the toxic have changed: it is drawn again whether it hits. */
  change(toxic: Toxic): void {
    const slot = this.slots.find((s) => s.toxic === toxic);
    if (slot === undefined || this.hasEnded) return;
    const wasHit = slot.isHit;
    slot.isHit = this.draw(toxic);
    if (wasHit && !slot.isHit) slot.stage.release();
    this.join();
    if (slot.isHit) slot.stage.changed();
  }

  remove(toxic: Toxic): void {
    const at = this.slots.findIndex((s) => s.toxic === toxic);
    const slot = this.slots[at];
    if (slot === undefined || this.hasEnded) return;
    if (slot.isHit) slot.stage.release();
    this.slots.splice(at, 1);
    slot.stage.close();
    this.join();
  }

  /** The connection is gone. */
  close(): void {
    this.hasEnded = true;
    this.first = this;
    for (const slot of this.slots) slot.stage.close();
  }

  /** The end of the chain: called by the last stage. */
  push(chunk: Buffer): void {
    if (this.hasEnded || this.target.destroyed) return;
    this.counters.sent += chunk.length;
    this.target.write(chunk, (error) => {
      // After an error nobody knows whether it is still to be read.
      if (error === null || error === undefined) written(chunk);
      // Not only when all is written: the receiver would starve between.
      if (this.source.isPaused()) this.resume();
    });
    this.holdBack();
  }

  /** The end of the chain. As Toxiproxy does it, the receiver is closed, unless half-close is asked for. */
  end(): void {
    if (this.hasEnded) return;
    this.hasEnded = true;
    if (this.isHalf) this.target.end();
    // What is all with the kernel needs no goodbye before the close.
    else if (this.target.writableLength === 0) this.target.destroy();
    else this.target.destroySoon();
  }

  /** The source has read `chunk`. Gives whether nobody holds it any more. */
  receive(chunk: Buffer): boolean {
    this.counters.received += chunk.length;
    this.first.push(chunk);
    return this.heldBytes === 0 && this.target.writableLength === 0;
  }

  private sourceEnded(): void {
    if (this.hasSourceEnded) return;
    this.hasSourceEnded = true;
    this.first.end();
  }

  /** Nobody is left to take the data. Reading goes on, so that the source's FIN is seen. */
  private targetClosed(): void {
    // Without half-close the other direction closes the source when it has passed on what it holds.
    if (this.halfClose && !this.hasEnded) this.source.destroySoon();
    this.close();
    this.resume();
  }

  private install(toxic: Toxic, isOlder: boolean): void {
    const host: StageHost = {
      random: this.random.fork(toxic.name),
      isOlderThanConnection: isOlder,
      attribute: (name) => Number(toxic.attributes[name] ?? 0),
      held: (bytes) => this.held(bytes),
      dropped: (bytes) => {
        this.counters.dropped += bytes;
      },
      delayed: (bytes) => {
        this.counters.delayed += bytes;
      },
      reset: this.reset,
      closesWithReset: () => this.slots.some((s) => s.isOlder && s.toxic.kind === 'reset_peer'),
    };
    const stage = stages[toxic.kind]?.(host) ?? new NoopStage(host);
    const slot = { toxic, stage, isOlder, isHit: this.draw(toxic) };
    this.slots.push(slot);
    this.join();
    if (slot.isHit) slot.stage.changed();
  }

  private draw(toxic: Toxic): boolean {
    return this.random.uint32() / 2 ** 32 < toxic.toxicity;
  }

  /** Chains the stages that are hit. */
  private join(): void {
    const hit = this.slots.filter((slot) => slot.isHit);
    hit.forEach((slot, i) => {
      slot.stage.outlet = hit[i + 1]?.stage ?? this;
    });
    this.first = hit[0]?.stage ?? this;
  }

  private held(bytes: number): void {
    this.heldBytes += bytes;
    if (bytes > 0) this.holdBack();
    else this.resume();
  }

  private holdBack(): void {
    if (this.isFull) this.source.pause();
  }

  private resume(): void {
    if (this.source.isPaused() && (this.hasEnded || !this.isFull)) this.source.resume();
  }

  private get isFull(): boolean {
    const bytes = this.heldBytes + this.target.writableLength;
    return bytes > (this.first === this ? unsentBytesMax : heldBytesMax);
  }
}

/** What is not here is for datagrams, and refused where it is asked for. */
const stages: Readonly<Partial<Record<ToxicKind, (host: StageHost) => Stage>>> = {
  latency: (host) => new LatencyStage(host),
  bandwidth: (host) => new BandwidthStage(host),
  slow_close: (host) => new SlowCloseStage(host),
  timeout: (host) => new TimeoutStage(host),
  reset_peer: (host) => new ResetStage(host),
  slicer: (host) => new SlicerStage(host),
  limit_data: (host) => new LimitDataStage(host),
  half_open: (host) => new HalfOpenStage(host),
  accept_stall: (host) => new AcceptStallStage(host),
};
