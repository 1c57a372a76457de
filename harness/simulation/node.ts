/** One simulated machine: a driver with its components, a clock, a disk and a stream of randomness. */
import { assert } from '../core/assert.ts';
import { Driver } from '../core/driver.ts';
import type { Ports } from '../core/driver.ts';
import type {
  CallId,
  Component,
  World as Instant,
  Json,
  Lane,
  Msg,
  NodeId,
  Rec,
  TimerId,
} from '../core/host.ts';
import type { Observation } from '../core/observation.ts';
import { isAt } from '../faults/crash-point.ts';
import type { CrashPoint } from '../faults/crash-point.ts';
import { Clock } from './clock.ts';
import type { ClockSkew } from './clock.ts';
import type { Disk } from './disk.ts';
import { eventType } from './event.ts';
import type { Network } from './network.ts';
import type { NoiseOf } from './noise.ts';
import { Wheel } from './wheel.ts';
import type { EventId } from './wheel.ts';

interface Watched {
  readonly point: CrashPoint;
  readonly onReached: () => void;
  /** How many more times. */
  left: number;
}

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
  readonly noise: NoiseOf;
  readonly listener: Listener;
  readonly plain: Plain;
}

/**
 * What performing a plain event needs of any node, side by side in memory: at 10,000 nodes the
 * time of an event is that of its cache misses.
 */
export interface Plain {
  /** 1 where a node is down, paused or has a skewed clock: look at the node itself. */
  readonly isOdd: Uint8Array;
  readonly drivers: (Driver | null)[];
}

export class SimulatedNode implements Ports {
  // The first fields are those that sending and setting timers need: they share cache lines.
  readonly id: NodeId;
  private readonly wheel: Wheel;
  private readonly network: Network;
  private isClockTrue = true;
  private readonly noise: NoiseOf;
  readonly clock = new Clock();
  readonly disk: Disk;
  /** Number of starts so far. */
  boot = 0;
  /** Null before the first start and while it is down. */
  driver: Driver | null = null;
  /** Pauses that are active; above 0 nothing runs. */
  pauses = 0;
  /** Told when all is said that a node says before it stops. */
  onStopped: (() => void) | null = null;
  /** Told when a handler runs while the clock is skewed. */
  private readonly clockReaders: (() => void)[] = [];
  /** Points in its work that somebody waits for. */
  private points: readonly Watched[] = [];
  private readonly listener: Listener;
  private readonly plain: Plain;

  constructor(parts: NodeParts) {
    this.id = parts.id;
    this.wheel = parts.wheel;
    this.network = parts.network;
    this.noise = parts.noise;
    this.disk = parts.disk;
    this.listener = parts.listener;
    this.plain = parts.plain;
    this.note();
  }

  /** Starts a driver; the instant must be this node's. */
  start(components: readonly Component[], instant: Instant): void {
    this.boot += 1;
    this.driver = new Driver(components, this, instant);
    this.note();
    this.driver.start(this.disk.contents());
  }

  /** Memory, timers, pauses and whatever waited are gone. */
  crash(): void {
    this.end();
    this.disk.crash();
  }

  /** As a crash, but that nothing of the disk is lost. */
  shutDown(): void {
    this.end();
    this.disk.close();
  }

  private end(): void {
    const { wheel } = this;
    const mine = wheel.select((code, node) => node === this.id && (code & 255) === eventType.timer);
    for (const event of [...mine, ...this.waiting()]) wheel.cancel(event);
    this.driver = null;
    this.pauses = 0;
    this.onStopped = null;
    this.note();
  }

  pause(): void {
    this.pauses += 1;
    this.note();
  }

  /** Takes one `pause` back; after the last what waited comes now, in order. */
  resume(): void {
    assert(this.pauses > 0, 'resumed without a pause', { id: this.id });
    this.pauses -= 1;
    this.note();
    if (this.pauses > 0) return;
    for (const event of this.waiting()) this.wheel.move(event, this.wheel.nowUs);
  }

  random(bound: number): number {
    return this.noise.ofNode(this.id, this.wheel.nowUs).below(bound);
  }

  /** The monotonic clock's reading now, which whoever skewed it is told of. */
  readClock(): number {
    for (const read of this.clockReaders) read();
    return this.clock.monotonicUs(this.wheel.nowUs);
  }

  /** What came in while the machine was paused, in order. */
  private waiting(): EventId[] {
    const events = this.wheel.select((_, node) => node === this.id);
    return events.filter((event) => this.wheel.whenUs(event) === Wheel.endUs);
  }

  private note(): void {
    this.isClockTrue = this.clock.isTrue && this.clockReaders.length === 0;
    this.plain.drivers[this.id] = this.driver;
    const isOdd = this.driver === null || this.pauses > 0 || !this.isClockTrue;
    this.plain.isOdd[this.id] = isOdd ? 1 : 0;
  }

  /** The clock gains `ppm` µs a second and jumps, until `unskew`; `onEffect` is told when it is read. */
  skew(by: ClockSkew, onEffect: () => void): void {
    this.clockReaders.push(onEffect);
    this.turn(by);
  }

  /** Takes one `skew` back. The monotonic clock keeps what it gained: it never goes back. */
  unskew(by: ClockSkew, onEffect: () => void): void {
    this.clockReaders.splice(this.clockReaders.indexOf(onEffect), 1);
    this.turn({ ppm: -by.ppm, jumpUs: -by.jumpUs });
  }

  /** Timers that are set keep their time by this clock. */
  private turn(change: ClockSkew): void {
    const timers = this.wheel
      .select((code, node) => node === this.id && (code & 255) === eventType.timer)
      .filter((id) => this.wheel.whenUs(id) !== Wheel.endUs);
    const due = timers.map((id) => this.clock.monotonicUs(this.wheel.whenUs(id)));
    this.clock.skew(this.wheel.nowUs, change);
    this.note();
    timers.forEach((id, i) => {
      this.wheel.move(id, Math.max(this.wheel.nowUs, this.clock.trueUs(due[i] as number)));
    });
  }

  /** Tells once when the node reaches this point; the answer gives that up. */
  watch(point: CrashPoint, onReached: () => void): () => void {
    const watched = { point, onReached, left: point.nth };
    this.points = [...this.points, watched];
    return () => {
      this.points = this.points.filter((p) => p !== watched);
    };
  }

  private reach(of: CrashPoint['of'], said: object): void {
    for (const p of this.points) {
      if (p.point.of !== of || !isAt(p.point, said)) continue;
      p.left -= 1;
      if (p.left > 0) continue;
      this.points = this.points.filter((other) => other !== p);
      p.onReached();
    }
  }

  append(lane: Lane, index: number, record: Rec): void {
    if (this.points.length > 0) this.reach('record', record);
    this.disk.append(lane, index, record);
  }

  /** A sync of its disk has ended: who waits for that is told, unless the node is killed just then. */
  synced(driver: Driver): void {
    const isWatched = this.points.length > 0;
    this.disk.synced(driver, isWatched ? (record) => this.reach('synced', record) : undefined);
  }

  forget(lane: Lane, before: number): void {
    this.disk.forget(lane, before);
  }

  observe(lane: Lane, e: Observation): void {
    this.listener.observe(this.id, lane, e);
  }

  send(to: NodeId, lane: Lane, m: Msg): void {
    if (this.points.length > 0) this.reach('message', m);
    this.network.send(this.id, to, lane, m);
  }

  reply(call: CallId, v: Json): void {
    this.listener.reply(this.id, call, v);
  }

  setTimer(lane: Lane, kind: number, delayUs: number, arg: number): TimerId {
    const nowUs = this.wheel.nowUs;
    const dueUs = this.isClockTrue
      ? nowUs + delayUs
      : // A slow clock may have shown the present reading before.
        Math.max(nowUs, this.clock.trueUs(this.clock.monotonicUs(nowUs) + delayUs));
    const code = eventType.timer | (lane << 8);
    const small = arg | 0;
    return this.wheel.post(dueUs, code, this.id, kind, small, small === arg ? null : arg);
  }

  cancelTimer(id: TimerId): void {
    this.wheel.cancel(id);
  }

  stopped(): void {
    this.onStopped?.();
  }
}

/** This instant as the node that runs reads it: one object for all, as only one runs. */
export class NodeInstant implements Instant {
  nowUs = 0;
  private id = 0;
  private readonly nodes: readonly SimulatedNode[];
  private readonly wheel: Wheel;

  constructor(nodes: readonly SimulatedNode[], wheel: Wheel) {
    this.nodes = nodes;
    this.wheel = wheel;
  }

  /** From now on the instant is that of node `id`, whose clock is true. */
  wake(id: NodeId): void {
    this.id = id;
    this.nowUs = this.wheel.nowUs;
  }

  /** The same for any node. */
  wakeOdd(id: NodeId): void {
    this.id = id;
    this.nowUs = this.node.readClock();
  }

  get wallUs(): number {
    return this.node.clock.wallUs(this.wheel.nowUs);
  }

  random(bound: number): number {
    return this.node.random(bound);
  }

  private get node(): SimulatedNode {
    return this.nodes[this.id] as SimulatedNode;
  }
}
