/** One simulated machine: a driver with its components, a clock, a disk and a stream of randomness. */
import { Driver } from '../core/driver.ts';
import type { Ports } from '../core/driver.ts';
import type {
  Call,
  CallId,
  Component,
  World as Instant,
  Json,
  Lane,
  Msg,
  NodeId,
  Observation,
  Rec,
  TimerId,
} from '../core/host.ts';
import { Prng } from '../core/prng.ts';
import { Clock } from './clock.ts';
import type { ClockSkew } from './clock.ts';
import type { Disk } from './disk.ts';
import { eventType } from './event.ts';
import type { Network } from './network.ts';
import { Wheel } from './wheel.ts';

/** What a node tells the owner of the world. */
export interface Listener {
  observe(node: NodeId, lane: Lane, e: Observation): void;
  reply(node: NodeId, call: CallId, v: Json): void;
}

export interface NodeParts {
  readonly id: NodeId;
  readonly wheel: Wheel;
  readonly network: Network;
  readonly disk: Disk;
  readonly draw: Prng;
  readonly listener: Listener;
  readonly instant: NodeInstant;
}

export class SimulatedNode implements Ports {
  readonly id: NodeId;
  readonly clock = new Clock();
  readonly disk: Disk;
  /** Number of starts so far. What an earlier boot had set going is forgotten. */
  boot = 0;
  /** Null before the first start and while it is down. */
  driver: Driver | null = null;
  /** Pauses that are active; above 0 nothing runs. */
  pauses = 0;
  /** Told when a handler runs while the clock is skewed. */
  private readonly clockReaders: (() => void)[] = [];
  /** Copied here so that the usual case does not touch the clock. */
  private isClockTrue = true;
  private readonly wheel: Wheel;
  private readonly network: Network;
  private readonly listener: Listener;
  private readonly instant: NodeInstant;
  private readonly draw: Prng;

  constructor(parts: NodeParts) {
    this.id = parts.id;
    this.wheel = parts.wheel;
    this.network = parts.network;
    this.disk = parts.disk;
    this.listener = parts.listener;
    this.instant = parts.instant;
    this.draw = parts.draw;
  }

  start(components: readonly Component[]): void {
    this.boot += 1;
    this.wake();
    this.driver = new Driver(components, this, this.instant);
    this.driver.start(this.disk.contents());
  }

  crash(): void {
    this.driver = null;
    this.pauses = 0;
    this.disk.crash();
  }

  call(lane: Lane, c: Call): void {
    this.wake();
    this.driver?.call(lane, c);
  }

  /** Makes the shared instant this node's; before each handler. */
  wake(): void {
    const trueUs = this.wheel.nowUs;
    const { instant } = this;
    instant.trueUs = trueUs;
    instant.draw = this.draw;
    instant.clock = this.clock;
    if (this.isClockTrue) instant.nowUs = trueUs;
    else this.readClock(trueUs);
  }

  private readClock(trueUs: number): void {
    this.instant.nowUs = this.clock.monotonicUs(trueUs);
    for (const read of this.clockReaders) read();
  }

  /** The clock gains `ppm` µs a second and jumps, until `unskew`; `onFelt` is told when it is read. */
  skew(by: ClockSkew, onFelt: () => void): void {
    this.clockReaders.push(onFelt);
    this.turn(by);
  }

  /** Takes one `skew` back. The monotonic clock keeps what it gained: it never goes back. */
  unskew(by: ClockSkew, onFelt: () => void): void {
    this.clockReaders.splice(this.clockReaders.indexOf(onFelt), 1);
    this.turn({ ppm: -by.ppm, jumpUs: -by.jumpUs });
  }

  /** Timers that are set keep their time by this clock. */
  private turn(change: ClockSkew): void {
    const timers = this.wheel
      .select((code, node) => node === this.id && (code & 255) === eventType.timer)
      .filter((id) => this.wheel.whenUs(id) !== Wheel.endUs);
    const due = timers.map((id) => this.clock.monotonicUs(this.wheel.whenUs(id)));
    this.clock.skew(this.wheel.nowUs, change);
    this.isClockTrue = this.clock.isTrue && this.clockReaders.length === 0;
    timers.forEach((id, i) => {
      this.wheel.move(id, Math.max(this.wheel.nowUs, this.clock.trueUs(due[i] as number)));
    });
  }

  append(lane: Lane, index: number, record: Rec): void {
    this.disk.append(lane, index, record);
  }

  observe(lane: Lane, e: Observation): void {
    this.listener.observe(this.id, lane, e);
  }

  send(to: NodeId, lane: Lane, m: Msg): void {
    this.network.send(this.id, to, lane, m);
  }

  reply(call: CallId, v: Json): void {
    this.listener.reply(this.id, call, v);
  }

  setTimer(lane: Lane, kind: number, delayUs: number, arg: number): TimerId {
    const nowUs = this.wheel.nowUs;
    const dueUs = this.isClockTrue
      ? nowUs + delayUs
      : this.clock.trueUs(this.clock.monotonicUs(nowUs) + delayUs);
    const code = eventType.timer | (lane << 8) | (this.boot << 16);
    const small = arg | 0;
    return this.wheel.post(dueUs, code, this.id, kind, small, small === arg ? null : arg);
  }

  cancelTimer(id: TimerId): void {
    this.wheel.cancel(id);
  }
}

/** This instant as the node that was woken last reads it: one for all, as only one runs. */
export class NodeInstant implements Instant {
  nowUs = 0;
  trueUs = 0;
  clock = new Clock();
  draw = new Prng(0);

  get wallUs(): number {
    return this.clock.wallUs(this.trueUs);
  }

  random(bound: number): number {
    return this.draw.below(bound);
  }
}
