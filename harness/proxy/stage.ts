/** A stage is one toxic at work on one direction of one connection. Stages form a chain. */
import type { Prng } from '../core/prng.ts';

/** Where a stage puts what it lets through: the next stage, or the socket. */
export interface Outlet {
  push(chunk: Buffer): void;
  /** No more data: the source has closed. */
  end(): void;
}

/** What a stage may ask of its connection. */
export interface StageHost {
  readonly random: Prng;
  /** The toxic was there before the connection was opened. */
  readonly isOlderThanConnection: boolean;
  attribute(name: string): number;
  /** Bytes that a stage keeps, as they come and go: they hold the source back. */
  held(bytes: number): void;
  /** Counts bytes that a fault lost, or kept for a while. */
  dropped(bytes: number): void;
  delayed(bytes: number): void;
  /** Sends RST to both sides. */
  reset(): void;
  /**
   * Is a `reset_peer` set on the connection from its beginning, whatever its toxicity? As Toxiproxy does
   * it, a toxic that closes the connection does so with RST then.
   */
  closesWithReset(): boolean;
}

export abstract class Stage implements Outlet {
  protected readonly host: StageHost;
  /** Set by the chain before anything is pushed, and again when the chain changes. */
  outlet: Outlet = nowhere;

  constructor(host: StageHost) {
    this.host = host;
  }

  abstract push(chunk: Buffer): void;
  abstract end(): void;
  /** The toxic begins to work here, or its attributes have changed. */
  abstract changed(): void;
  /** The toxic is taken away: let go of everything, at once. */
  abstract release(): void;
  /** The connection is gone: forget everything. */
  abstract close(): void;
}

const nowhere: Outlet = { push() {}, end() {} };

/** One timer, which can be set again and again. Node's timers have a grain of 1 ms. */
export class Alarm {
  private timer: NodeJS.Timeout | null = null;
  private readonly ring: () => void;

  constructor(ring: () => void) {
    this.ring = ring;
  }

  /** Rings once in `delayMs`; past 24 days, Node's limit, then. */
  set(delayMs: number): void {
    this.stop();
    this.timer = setTimeout(
      () => {
        this.timer = null;
        this.ring();
      },
      Math.min(Math.ceil(delayMs), 2 ** 31 - 1),
    );
  }

  stop(): void {
    if (this.timer !== null) clearTimeout(this.timer);
    this.timer = null;
  }

  get isSet(): boolean {
    return this.timer !== null;
  }
}
