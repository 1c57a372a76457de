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

interface LaneState {
  readonly component: Component;
  readonly fx: LaneEffects;
  /** Index of the last record handed to the disk, and of the last that is on it; -1: none. */
  appended: number;
  durable: number;
  /** Effects that wait, in order; those before `released` have left. */
  readonly held: Held[];
  released: number;
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
      released: 0,
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
    if (index > s.appended) {
      assert(false, 'synced what was never appended', { index, appended: s.appended });
    }
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
    if (fx.observed === 0 && fx.departing === 0) return;
    const { observed, departing } = fx;
    const mayLeave = s.appended === s.durable;
    for (let i = 0; i < observed; i++) {
      const e = fx.observations[i] as Observation;
      if (mayLeave) this.observe(lane, e);
      else s.held.push({ need: s.appended, to: observation, lane, body: e });
    }
    for (let i = 0; i < departing; i++) {
      const to = fx.targets[i] as number;
      const of = fx.lanes[i] as number;
      const body = fx.bodies[i] as Body;
      fx.bodies[i] = null;
      if (mayLeave) this.depart(to, of, body);
      else if (of >= 0 && s.held.length - s.released >= limits.heldEffectsMax) this.dropped += 1;
      else s.held.push({ need: s.appended, to, lane: of, body });
    }
    fx.observed = 0;
    fx.departing = 0;
  }

  private release(lane: Lane, s: LaneState): void {
    for (; s.released < s.held.length; s.released++) {
      const h = s.held[s.released] as Held;
      if (h.need > s.durable) break;
      if (h.to === observation) this.observe(lane, h.body as Observation);
      else this.depart(h.to, h.lane, h.body);
    }
    if (s.released * 2 < s.held.length) return;
    s.held.splice(0, s.released);
    s.released = 0;
  }

  private depart(to: number, lane: Lane, body: Body): void {
    if (lane === reply) this.ports.reply(to, body as Json);
    else this.ports.send(to, lane, body as Msg);
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

/**
 * The buffer behind one component's `fx`. Timers and persists pass through; the rest waits. Arrays
 * that are kept and counted, not emptied: this is the innermost loop of a simulation.
 */
class LaneEffects implements Effects {
  observed = 0;
  readonly observations: (Observation | null)[] = [];
  /** Messages and replies: receiver or call, lane or `reply`, and what is in it. */
  departing = 0;
  readonly targets: number[] = [];
  readonly lanes: number[] = [];
  readonly bodies: Body[] = [];
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
    this.observations[this.observed] = e;
    this.observed += 1;
  }

  send(to: NodeId, m: Msg, lane: Lane = this.lane): void {
    this.depart(to, lane, m);
  }

  reply(call: CallId, v: Json): void {
    this.depart(call, reply, v);
  }

  private depart(target: number, lane: number, body: Body): void {
    const i = this.departing;
    this.targets[i] = target;
    this.lanes[i] = lane;
    this.bodies[i] = body;
    this.departing = i + 1;
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
}
