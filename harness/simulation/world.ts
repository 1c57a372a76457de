/**
 * The simulated world: one queue of events, virtual time, nodes, network, disks and clocks.
 *
 * Works without a workload, for experiments:
 * ```ts
 * const world = new World({ nodes: 3, seed: 7, make: (id) => [new Swim(id, 3)] });
 * for (let id = 0; id < 3; id++) world.start(id);
 * world.runUntil(5_000_000);
 * world.crash(1);
 * world.runUntil(60_000_000);
 * ```
 * Same options and same calls: same events, same `traceHash`. All times are true µs since the start.
 */
import { assert } from '../core/assert.ts';
import { abandonEffects } from '../core/driver.ts';
import type { Driver } from '../core/driver.ts';
import type { Call, CallId, Component, Json, Lane, Msg, NodeId } from '../core/host.ts';
import type { Observation } from '../core/observation.ts';
import { limits } from '../core/limits.ts';
import type { Noise } from '../core/program.ts';
import { hashText } from '../core/prng.ts';
import type { DiskCare } from '../core/disk-care.ts';
import { Disk } from './disk.ts';
import { eventType } from './event.ts';
import { arrivedEpoch, Network } from './network.ts';
import { NoiseOf } from './noise.ts';
import { NodeInstant, SimulatedNode } from './node.ts';
import type { Listener, Plain } from './node.ts';
import { lan } from './options.ts';
import type { WorldModel } from './options.ts';
import { Trace } from './trace.ts';
import type { Link } from '../faults/link-rule.ts';
import { Wheel } from './wheel.ts';

export interface WorldOptions {
  /** Number of machines, with ids 0…nodes-1. None runs before it is started. */
  readonly nodes: number;
  /** Ids from here on are workload clients, whose connections go both ways; `nodes`: there are none. */
  readonly machines?: number;
  /** Seeds every stream of noise: the network's, and each node's and disk's own. */
  readonly seed: number;
  /** How it comes from the seed; streams by default. */
  readonly noise?: Pick<Noise, 'by'>;
  /** Makes a machine's components afresh, at its start and after each crash. */
  readonly make: (node: NodeId) => readonly Component[];
  /** What a machine makes of its disk; careful by default. */
  readonly diskCare?: (node: NodeId) => DiskCare;
  /** Does a node notice damaged messages? Absent: each does. */
  readonly checksMessages?: (node: NodeId) => boolean;
  /** What differs from `lan`. */
  readonly model?: Partial<WorldModel>;
  readonly onObserve?: (node: NodeId, e: Observation, lane: Lane) => void;
  readonly onReply?: (node: NodeId, call: CallId, v: Json) => void;
  /**
   * A machine's program threw: the machine dies of it, as a process would, and is down until it is
   * started again. What this throws ends the run. Absent: the error does.
   */
  readonly onFailure?: (node: NodeId, error: unknown) => void;
  /** Events to perform at most; no limit by default. */
  readonly eventsMax?: number;
  readonly look?: Look;
}

/** Lets somebody see single events, at the cost of one comparison an event. */
export interface Look {
  /** Number of the first event to be shown, counted from 1. */
  readonly from: number;
  /** Sees event `number`, before it is performed, and answers the number of the next to be shown. */
  see(number: number, world: World): number;
}

export class World {
  readonly wheel = new Wheel();
  readonly network: Network;
  /** Events performed. */
  events = 0;
  /** May be drawn anew at any time. */
  readonly noise: NoiseOf;
  private readonly trace = new Trace();
  private readonly options: WorldOptions;
  private readonly nodes: SimulatedNode[] = [];
  private readonly instant = new NodeInstant(this.nodes, this.wheel);
  private readonly plain: Plain;
  private readonly eventsMax: number;
  private nextLook: number;
  private isStopped = false;

  constructor(options: WorldOptions) {
    const model = { ...lan, ...options.model };
    const { seed, noise: how } = options;
    this.noise = new NoiseOf(seed, options.nodes, how?.by);
    this.options = options;
    this.eventsMax = options.eventsMax ?? Infinity;
    this.nextLook = options.look?.from ?? Infinity;
    this.network = new Network(this.wheel, this.noise, options.nodes, model, options.machines);
    const listener = this.listener();
    if (options.checksMessages !== undefined) this.network.checksMessages = options.checksMessages;
    this.plain = { isOdd: new Uint8Array(options.nodes), drivers: [] };
    for (let id = 0; id < options.nodes; id++) {
      const { wheel, network, noise, plain } = this;
      const disk = new Disk(wheel, id, noise, model, options.diskCare?.(id));
      this.nodes.push(new SimulatedNode({ id, wheel, network, disk, noise, listener, plain }));
    }
  }

  get nowUs(): number {
    return this.wheel.nowUs;
  }

  /** 16 hex digits over every event so far. */
  get traceHash(): string {
    return this.trace.hex();
  }

  node(id: NodeId): SimulatedNode {
    const n = this.nodes[id];
    if (n === undefined) assert(false, 'no such node', { id, nodes: this.nodes.length });
    return n;
  }

  /** From everybody else, clients included. */
  linksTo(id: NodeId): readonly Link[] {
    return this.nodes.flatMap((n): Link[] => (n.id === id ? [] : [[n.id, id]]));
  }

  isUp(id: NodeId): boolean {
    return this.node(id).driver !== null;
  }

  /** Starts a machine from its disk. It must be down. */
  start(id: NodeId): void {
    const n = this.node(id);
    assert(n.driver === null, 'started twice', { id });
    // What was sent to it while it was down went to nobody.
    if (n.boot > 0) this.network.startAgain(id);
    this.instant.wakeOdd(id);
    try {
      n.start(this.options.make(id), this.instant);
    } catch (error) {
      this.fail(id, error);
    }
  }

  /** The machine loses its memory and its timers, and what its disk had not synced. It must be up. */
  crash(id: NodeId): void {
    assert(this.isUp(id), 'crashed while down', { id });
    this.node(id).crash();
    this.network.breakLinksTo(id);
  }

  /**
   * The machine is told to stop, as by SIGTERM: its components say goodbye, and it is down once they
   * have, or after `limits.stopUs`, or when the answer is called. `onDown` is told then; never when it
   * crashes before. It must be up and not paused.
   */
  shutDown(id: NodeId, onDown: () => void): () => void {
    const n = this.node(id);
    const { boot } = n;
    const end = (): void => {
      if (n.boot !== boot || n.driver === null) return;
      n.shutDown();
      this.network.breakLinksTo(id);
      onDown();
    };
    // A driver is never called back from within a call.
    n.onStopped = () => this.at(this.nowUs, end);
    this.at(this.nowUs + limits.stopUs, end);
    this.instant.wakeOdd(id);
    try {
      n.driver?.stop();
    } catch (error) {
      this.fail(id, error);
    }
    return end;
  }

  /**
   * Nothing runs on the machine until as many calls of `resume`; what arrives waits in order. A
   * crash ends every pause: the process that starts next was never stopped.
   */
  pause(id: NodeId): void {
    this.node(id).pause();
  }

  resume(id: NodeId): void {
    this.node(id).resume();
  }

  /** Hands a call to a component of a running machine, now. */
  call(id: NodeId, lane: Lane, c: Call): void {
    this.instant.wakeOdd(id);
    try {
      this.node(id).driver?.call(lane, c);
    } catch (error) {
      this.fail(id, error);
    }
  }

  /** Does something at a time that has not passed. */
  at(timeUs: number, action: () => void): void {
    this.wheel.post(timeUs, eventType.action, -1, 0, 0, action);
  }

  /** Performs all events until `limitUs`, included, and lets time pass until then; less if stopped. */
  runUntil(limitUs: number): void {
    this.isStopped = false;
    for (let isOver = false; !isOver;) {
      try {
        this.performUntil(limitUs);
        isOver = true;
      } catch (error) {
        this.fail(this.wheel.node, error);
      }
    }
  }

  private performUntil(limitUs: number): void {
    while (!this.isStopped && !this.isFull && this.wheel.pop(limitUs)) {
      this.events += 1;
      if (this.events === this.nextLook) {
        this.nextLook = this.options.look?.see(this.events, this) ?? Infinity;
      }
      this.perform();
    }
  }

  /** `id` is negative where no machine's program ran. */
  private fail(id: NodeId, error: unknown): void {
    const { onFailure } = this.options;
    if (id < 0 || onFailure === undefined) throw error;
    onFailure(id, error);
    abandonEffects();
    if (this.isUp(id)) this.crash(id);
  }

  /** Ends the running `runUntil` after the event that is being performed. */
  stop(): void {
    this.isStopped = true;
  }

  /** The limit of events is reached: nothing more will run. */
  get isFull(): boolean {
    return this.events >= this.eventsMax;
  }

  private perform(): void {
    const { code, node: id, a, b, payload, nowUs } = this.wheel;
    if (id < 0) {
      this.trace.add(code, id, nowUs | 0, 0);
      (payload as () => void)();
      return;
    }
    const isOdd = this.plain.isOdd[id] === 1;
    if (isOdd && !this.mayRun(id)) return;
    const driver = this.plain.drivers[id] as Driver;
    const lane = (code >>> 8) & 255;
    const type = code & 255;
    if (type === eventType.message) {
      const m = payload as Msg;
      if (!this.network.arrives(a, id, lane, b, m)) return;
      if (a !== id) this.network.watcher?.arrived(a, id, lane, m);
      this.trace.add(code, id ^ (a << 16), nowUs | 0, this.trace.digest(m));
      this.wake(id, isOdd);
      driver.message(a, lane, m);
    } else if (type === eventType.timer) {
      this.trace.add(code, id ^ (a << 16), nowUs | 0, b);
      this.wake(id, isOdd);
      driver.timer(lane, a, payload === null ? b : (payload as number));
    } else {
      this.trace.add(code, id, nowUs | 0, 0);
      this.wake(id, isOdd);
      this.node(id).synced(driver);
    }
    this.network.watcher?.acted(id);
  }

  private wake(id: NodeId, isOdd: boolean): void {
    if (isOdd) this.instant.wakeOdd(id);
    else this.instant.wake(id);
  }

  /** False for a machine that is down, and for one that is paused: its event waits. */
  private mayRun(id: NodeId): boolean {
    const n = this.node(id);
    if (n.pauses > 0) this.keepWaiting(id);
    else if (n.driver === null) this.missed(id);
    return n.pauses === 0 && n.driver !== null;
  }

  /** Whoever is down takes nothing. */
  private missed(id: NodeId): void {
    const { code, a, payload } = this.wheel;
    if ((code & 255) !== eventType.message || a === id) return;
    const loss = { fault: null, why: 'its receiver was down' };
    this.network.watcher?.lost(a, id, (code >>> 8) & 255, payload as Msg, loss);
  }

  /** What has reached a node that stands still is its own: faults of the link do not touch it. */
  private keepWaiting(id: NodeId): void {
    const { code, a, b, payload } = this.wheel;
    if ((code & 255) !== eventType.message) this.wheel.putBack(Wheel.endUs);
    else if (this.network.arrives(a, id, (code >>> 8) & 255, b, payload as Msg)) {
      this.wheel.post(Wheel.endUs, code, id, a, arrivedEpoch, payload);
    }
  }

  private listener(): Listener {
    const { onObserve, onReply } = this.options;
    return {
      observe: (node, lane, e) => {
        this.trace.add(-2, node ^ (lane << 24), this.wheel.nowUs | 0, hashText(e.kind));
        onObserve?.(node, e, lane);
      },
      reply: (node, call, v) => {
        this.trace.add(-3, node, this.wheel.nowUs | 0, call);
        onReply?.(node, call, v);
      },
    };
  }
}
