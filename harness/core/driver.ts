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
  Effects,
  Json,
  Lane,
  Msg,
  NodeId,
  Observation,
  Rec,
  TimerId,
  World,
} from './host.ts';
import { limits } from './limits.ts';

/** What the environment does for one node. */
export interface Ports {
  /** Begins to write; the environment calls `driver.synced` later, never from inside this call. */
  append(lane: Lane, index: number, record: Rec): void;
  observe(lane: Lane, e: Observation): void;
  send(to: NodeId, lane: Lane, m: Msg): void;
  reply(call: CallId, v: Json): void;
  setTimer(lane: Lane, kind: number, delayUs: number, arg: number): TimerId;
  cancelTimer(id: TimerId): void;
}

type Held =
  | { readonly what: 'observe'; readonly need: number; readonly e: Observation }
  | {
      readonly what: 'send';
      readonly need: number;
      readonly to: NodeId;
      readonly lane: Lane;
      readonly m: Msg;
    }
  | { readonly what: 'reply'; readonly need: number; readonly call: CallId; readonly v: Json };

interface LaneState {
  readonly component: Component;
  readonly fx: LaneEffects;
  /** Index of the last record handed to the disk, and of the last that is on it; -1: none. */
  appended: number;
  durable: number;
  /** Effects that wait for `need` to become durable, in order. */
  held: Held[];
}

export class Driver {
  private readonly lanes: LaneState[];
  private readonly ports: Ports;
  private readonly world: World;
  private readonly observers: readonly Lane[];
  /** Observations to be shown to siblings when the running handler has ended. */
  private readonly shown: { readonly lane: Lane; readonly e: Observation }[] = [];
  /** Messages dropped because a lane's queue was full. */
  dropped = 0;

  constructor(components: readonly Component[], ports: Ports, world: World) {
    assert(components.length > 0, 'a node has at least one component');
    this.ports = ports;
    this.world = world;
    this.lanes = components.map((component, lane) => ({
      component,
      fx: new LaneEffects(this, ports, lane),
      appended: -1,
      durable: -1,
      held: [],
    }));
    this.observers = components.flatMap((c, lane) => (c.observed === undefined ? [] : [lane]));
  }

  /** Starts every component, lane by lane, with the durable records of its log. */
  start(logs: readonly (readonly Rec[])[]): void {
    for (let lane = 0; lane < this.lanes.length; lane++) {
      const s = this.lane(lane);
      const records = logs[lane] ?? [];
      s.appended = records.length - 1;
      s.durable = records.length - 1;
      s.component.start(records, this.world, s.fx);
      this.settle(lane, s);
    }
  }

  message(from: NodeId, lane: Lane, m: Msg): void {
    const s = this.lane(lane);
    s.component.message(from, m, this.world, s.fx);
    this.settle(lane, s);
  }

  call(lane: Lane, c: Call): void {
    const s = this.lane(lane);
    s.component.call(c, this.world, s.fx);
    this.settle(lane, s);
  }

  timer(lane: Lane, kind: number, arg: number): void {
    const s = this.lane(lane);
    s.component.timer(kind, arg, this.world, s.fx);
    this.settle(lane, s);
  }

  /** All records of `lane` up to and including `index` are on disk. */
  synced(lane: Lane, index: number): void {
    const s = this.lane(lane);
    assert(index <= s.appended, 'synced what was never appended', { index, appended: s.appended });
    if (index <= s.durable) return;
    s.durable = index;
    this.release(lane, s);
    s.component.durable(index, this.world, s.fx);
    this.settle(lane, s);
  }

  /** Called by the lane's effects: takes the index for a record and lets the write begin. */
  append(lane: Lane, record: Rec): number {
    const s = this.lane(lane);
    s.appended += 1;
    this.ports.append(lane, s.appended, record);
    return s.appended;
  }

  private lane(lane: Lane): LaneState {
    const s = this.lanes[lane];
    if (s === undefined) assert(false, 'no such lane', { lane, lanes: this.lanes.length });
    return s;
  }

  private settle(lane: Lane, s: LaneState): void {
    this.perform(lane, s);
    while (this.shown.length > 0) this.show();
  }

  /** Lets out what the handler asked for, or holds it until the lane's log is durable. */
  private perform(lane: Lane, s: LaneState): void {
    const fx = s.fx;
    if (fx.observations.length === 0 && fx.outgoing.length === 0) return;
    const mayLeave = s.appended === s.durable;
    for (const e of fx.observations) {
      if (mayLeave) this.observe(lane, e);
      else s.held.push({ what: 'observe', need: s.appended, e });
    }
    for (const o of fx.outgoing) {
      if (mayLeave) this.depart(o);
      else if (o.what === 'send' && s.held.length >= limits.heldEffectsMax) this.dropped += 1;
      else s.held.push({ ...o, need: s.appended });
    }
    fx.observations.length = 0;
    fx.outgoing.length = 0;
  }

  private release(lane: Lane, s: LaneState): void {
    let n = 0;
    for (; n < s.held.length; n++) {
      const h = s.held[n] as Held;
      if (h.need > s.durable) break;
      if (h.what === 'observe') this.observe(lane, h.e);
      else this.depart(h);
    }
    if (n > 0) s.held = s.held.slice(n);
  }

  private depart(o: Outgoing): void {
    if (o.what === 'send') this.ports.send(o.to, o.lane, o.m);
    else this.ports.reply(o.call, o.v);
  }

  private observe(lane: Lane, e: Observation): void {
    this.ports.observe(lane, e);
    if (this.observers.length > 0) this.shown.push({ lane, e });
  }

  private show(): void {
    const o = this.shown.shift();
    if (o === undefined) return;
    for (const lane of this.observers) {
      if (lane === o.lane) continue;
      const s = this.lane(lane);
      s.component.observed?.(o.e, this.world, s.fx);
      this.perform(lane, s);
    }
  }
}

type Outgoing =
  | { readonly what: 'send'; readonly to: NodeId; readonly lane: Lane; readonly m: Msg }
  | { readonly what: 'reply'; readonly call: CallId; readonly v: Json };

/** The buffer behind one component's `fx`. Timers and persists pass through; the rest waits. */
class LaneEffects implements Effects {
  readonly observations: Observation[] = [];
  readonly outgoing: Outgoing[] = [];
  private readonly driver: Driver;
  private readonly ports: Ports;
  private readonly lane: Lane;

  constructor(driver: Driver, ports: Ports, lane: Lane) {
    this.driver = driver;
    this.ports = ports;
    this.lane = lane;
  }

  persist(record: Rec): number {
    return this.driver.append(this.lane, record);
  }

  observe(e: Observation): void {
    this.observations.push(e);
  }

  send(to: NodeId, m: Msg, lane: Lane = this.lane): void {
    this.outgoing.push({ what: 'send', to, lane, m });
  }

  reply(call: CallId, v: Json): void {
    this.outgoing.push({ what: 'reply', call, v });
  }

  setTimer(kind: number, delayUs: number, arg = 0): TimerId {
    assert(delayUs >= 0 && Number.isInteger(delayUs), 'a delay is whole µs, ≥ 0', { delayUs });
    return this.ports.setTimer(this.lane, kind, delayUs, arg);
  }

  cancelTimer(id: TimerId): void {
    this.ports.cancelTimer(id);
  }
}
