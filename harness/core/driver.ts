/**
 * The driver: runs the components of one node and performs what they asked for, in a safe order.
 *
 * What a handler persisted begins to be written at once. What it observed, sent or replied leaves
 * only when all that its component persisted before is durable: observations first, then messages
 * and replies, each in order. So nobody learns what a crash could make untrue, and the history has
 * the reason before the message that follows from it. Lanes do not wait for one another: a slow
 * disk under consensus does not silence gossip. Handlers keep running while effects wait.
 *
 * The same driver runs in every environment; only the ports differ. It is synchronous and pure but
 * for the ports, which must never call back into the driver from within a call.
 */
import { assert } from './assert.ts';
import type {
  Call,
  CallId,
  Component,
  Description,
  Effects,
  Json,
  Lane,
  Msg,
  NodeId,
  Rec,
  TimerId,
  World,
} from './host.ts';
import type { Observation } from './observation.ts';
import { limits } from './limits.ts';

/** What the environment does for one node. */
export interface Ports {
  /** Begins to write; the environment calls `driver.synced` later, never from inside this call. */
  append(lane: Lane, index: number, record: Rec): void;
  /** Records before `before` may go. Absent: they stay. */
  forget?(lane: Lane, before: number): void;
  observe(lane: Lane, e: Observation): void;
  send(to: NodeId, lane: Lane, m: Msg): void;
  reply(call: CallId, v: Json): void;
  setTimer(lane: Lane, kind: number, delayUs: number, arg: number): TimerId;
  cancelTimer(id: TimerId): void;
  /** Calls `driver.gathered` later. Absent: events come one by one, as in simulation. */
  gather?(lane: Lane): void;
  /** After `driver.stop`: all has been said, and what rests on a log is out. Told once, if ever. */
  stopped?(): void;
}

type Body = Msg | Json | Observation;

/** In place of a lane: a reply. In place of a receiver: an observation. */
const reply = -1;
const observation = -1;

/** An effect that waits until record `need` of its lane is durable. */
interface Held {
  readonly need: number;
  /** Receiver, call, or `observation`. */
  readonly to: number;
  readonly lane: Lane;
  readonly body: Body;
}

export class Driver {
  private readonly lanes: readonly LaneState[];
  private readonly observers: readonly LaneState[];
  /** Lane 0 and whether there are observers, at hand: a cluster of 10,000 is bound by cache misses. */
  private readonly first: LaneState;
  private readonly hasObservers: boolean;
  /** Observations to be shown to siblings when the running handler has ended. */
  private readonly shown: { readonly by: LaneState; readonly e: Observation }[] = [];
  private readonly world: World;
  private readonly ports: Ports;
  private isStopping = false;

  constructor(components: readonly Component[], ports: Ports, world: World) {
    assert(components.length > 0, 'a node has at least one component');
    this.world = world;
    this.ports = ports;
    this.lanes = components.map((component, lane) => new LaneState(component, lane, ports, this));
    this.first = this.lanes[0] as LaneState;
    this.observers = this.lanes.filter((s) => s.component.observed !== undefined);
    this.hasObservers = this.observers.length > 0;
  }

  /** Messages dropped because a lane's queue was full. */
  get dropped(): number {
    return this.lanes.reduce((n, s) => n + s.dropped, 0);
  }

  /** What its components say they are right now, together. */
  describe(): Description {
    return Object.assign({}, ...this.lanes.map((s) => s.component.describe?.())) as Description;
  }

  /** Starts every component, lane by lane, with the durable records of its log. */
  start(logs: readonly (readonly Rec[])[]): void {
    for (const s of this.lanes) {
      const records = logs[s.lane] ?? [];
      s.appended = records.length - 1;
      s.durable = records.length - 1;
      const mark = buffer.count;
      s.component.start(records, this.world, s);
      this.settle(s, mark);
    }
  }

  message(from: NodeId, lane: Lane, m: Msg): void {
    const s = this.lane(lane);
    const mark = buffer.count;
    s.component.message(from, m, this.world, s);
    this.settle(s, mark);
  }

  call(lane: Lane, c: Call): void {
    const s = this.lane(lane);
    const mark = buffer.count;
    s.component.call(c, this.world, s);
    this.settle(s, mark);
  }

  timer(lane: Lane, kind: number, arg: number): void {
    const s = this.lane(lane);
    const mark = buffer.count;
    s.component.timer(kind, arg, this.world, s);
    this.settle(s, mark);
  }

  /** What was at hand when `lane` asked for it has been handled. */
  gathered(lane: Lane): void {
    const s = this.lane(lane);
    const mark = buffer.count;
    s.isGathering = false;
    s.component.gathered?.(this.world, s);
    this.settle(s, mark);
  }

  /** Tells all components that the node stops, lane by lane; `ports.stopped` is told when they have. */
  stop(): void {
    assert(!this.isStopping, 'a node is told to stop once');
    for (const s of this.lanes) {
      const mark = buffer.count;
      s.component.stop?.(this.world, s);
      this.settle(s, mark);
    }
    this.isStopping = true;
    this.lookStopped();
  }

  /** All records of `lane` up to and including `index` are on disk. */
  synced(lane: Lane, index: number): void {
    const s = this.lane(lane);
    if (index > s.appended) {
      assert(false, 'synced what was never appended', { index, appended: s.appended });
    }
    if (index <= s.durable) return;
    s.durable = index;
    s.release();
    const mark = buffer.count;
    s.component.durable(index, this.world, s);
    this.settle(s, mark);
  }

  /** Called by a lane when an observation has left: siblings are shown it after the handler. */
  left(by: LaneState, e: Observation): void {
    if (this.hasObservers) this.shown.push({ by, e });
  }

  private lane(lane: Lane): LaneState {
    if (lane === 0) return this.first;
    const s = this.lanes[lane];
    if (s === undefined) assert(false, 'no such lane', { lane, lanes: this.lanes.length });
    return s;
  }

  private settle(s: LaneState, mark: number): void {
    if (buffer.count > mark) s.perform(mark);
    if (this.hasObservers) while (this.shown.length > 0) this.show();
    if (this.isStopping) this.lookStopped();
  }

  private lookStopped(): void {
    let hasStopped = true;
    for (const s of this.lanes) if (!s.hasStopped()) hasStopped = false;
    if (!hasStopped) return;
    this.isStopping = false;
    this.ports.stopped?.();
  }

  private show(): void {
    const o = this.shown.shift();
    if (o === undefined) return;
    for (const s of this.observers) {
      if (s === o.by) continue;
      const mark = buffer.count;
      s.component.observed?.(o.e, this.world, s);
      s.perform(mark);
    }
  }
}

/**
 * What the running handler asked for. Handlers of one process never run at the same time, so all
 * drivers share one buffer, used as a stack above a mark; it is kept and counted, not emptied: this
 * is the innermost loop of a simulation.
 */
class Buffer {
  count = 0;
  readonly targets: number[] = [];
  readonly lanes: number[] = [];
  readonly bodies: Body[] = [];

  push(target: number, lane: number, body: Body): void {
    const i = this.count;
    this.targets[i] = target;
    this.lanes[i] = lane;
    this.bodies[i] = body;
    this.count = i + 1;
  }
}

const buffer = new Buffer();

/** Forgets what a handler asked for that threw: its node is dead, and the buffer is everybody's. */
export function abandonEffects(): void {
  buffer.count = 0;
}

/** One component with its log and its queue; also its `fx`. Timers and persists pass through. */
class LaneState implements Effects {
  readonly component: Component;
  readonly lane: Lane;
  /** Index of the last record handed to the disk, and of the last that is on it; -1: none. */
  appended = -1;
  durable = -1;
  dropped = 0;
  isGathering = false;
  /** Effects that wait, in order; those before `released` have left. */
  private readonly held: Held[] = [];
  private released = 0;
  /** The last record before the goodbye was over; null until it is. */
  private lastWord: number | null = null;
  private readonly ports: Ports;
  private readonly driver: Driver;

  constructor(component: Component, lane: Lane, ports: Ports, driver: Driver) {
    this.component = component;
    this.lane = lane;
    this.ports = ports;
    this.driver = driver;
  }

  persist(record: Rec): number {
    this.appended += 1;
    this.ports.append(this.lane, this.appended, record);
    return this.appended;
  }

  forget(before: number): void {
    const { durable } = this;
    assert(before <= durable + 1, 'forgets what is durable', { before, durable });
    this.ports.forget?.(this.lane, before);
  }

  observe(e: Observation): void {
    buffer.push(observation, this.lane, e);
  }

  send(to: NodeId, m: Msg, lane: Lane = this.lane): void {
    assert(to >= 0, 'a receiver is a node');
    buffer.push(to, lane, m);
  }

  reply(call: CallId, v: Json): void {
    assert(call >= 0, 'a call has a number');
    buffer.push(call, reply, v);
  }

  setTimer(kind: number, delayUs: number, arg = 0): TimerId {
    if (!(delayUs >= 0 && Number.isInteger(delayUs))) {
      assert(false, 'a delay is whole µs, ≥ 0', { delayUs });
    }
    return this.ports.setTimer(this.lane, kind, delayUs, arg);
  }

  cancelTimer(id: TimerId): void {
    this.ports.cancelTimer(id);
  }

  gather(): boolean {
    if (this.ports.gather === undefined || this.component.gathered === undefined) return false;
    if (!this.isGathering) this.ports.gather(this.lane);
    this.isGathering = true;
    return true;
  }

  /** The goodbye is over, and all of it has left. What comes later is no part of it. */
  hasStopped(): boolean {
    if (this.lastWord === null && this.component.hasStopped?.() !== false) {
      this.lastWord = this.appended;
    }
    return this.lastWord !== null && this.lastWord <= this.durable;
  }

  /** Lets out what the handler asked for since `mark`, or holds it until the log is durable. */
  perform(mark: number): void {
    const end = buffer.count;
    const mayLeave = this.appended === this.durable;
    for (let i = mark; i < end; i++) {
      if (buffer.targets[i] === observation) this.depart(i, mayLeave);
    }
    for (let i = mark; i < end; i++) {
      if (buffer.targets[i] !== observation) this.depart(i, mayLeave);
      buffer.bodies[i] = null;
    }
    buffer.count = mark;
  }

  /** Lets out what waited only for records that are durable now. */
  release(): void {
    for (; this.released < this.held.length; this.released++) {
      const h = this.held[this.released] as Held;
      if (h.need > this.durable) break;
      this.out(h.to, h.lane, h.body);
    }
    if (this.released * 2 < this.held.length) return;
    this.held.splice(0, this.released);
    this.released = 0;
  }

  private depart(i: number, mayLeave: boolean): void {
    const to = buffer.targets[i] as number;
    const lane = buffer.lanes[i] as number;
    const body = buffer.bodies[i] as Body;
    if (mayLeave) this.out(to, lane, body);
    else this.hold(to, lane, body);
  }

  private hold(to: number, lane: Lane, body: Body): void {
    const isMessage = to !== observation && lane !== reply;
    if (isMessage && this.held.length - this.released >= limits.heldEffectsMax) this.dropped += 1;
    else this.held.push({ need: this.appended, to, lane, body });
  }

  private out(to: number, lane: Lane, body: Body): void {
    if (to === observation) {
      this.ports.observe(lane, body as Observation);
      this.driver.left(this, body as Observation);
    } else if (lane === reply) this.ports.reply(to, body as Json);
    else this.ports.send(to, lane, body as Msg);
  }
}
