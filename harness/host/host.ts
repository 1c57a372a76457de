/**
 * The real host of one node or workload client: real time, timers and connections around the pure
 * driver, which is the same as in simulation.
 */
import { Driver } from '../core/driver.ts';
import type { CallId, Json, Lane, Msg, NodeId, Rec, World } from '../core/host.ts';
import type { Observation } from '../core/observation.ts';
import { limits } from '../core/limits.ts';
import type { Prng } from '../core/prng.ts';
import type { LaneSpec } from '../core/system.ts';
import type { NodeClock } from './clock.ts';
import { Timers } from './timers.ts';
import { waitedUs } from './waited.ts';

export interface HostOptions {
  readonly self: NodeId;
  readonly lanes: readonly LaneSpec[];
  readonly clock: NodeClock;
  readonly random: Prng;
  readonly append: (lane: Lane, index: number, record: Rec) => void;
  readonly forget?: (lane: Lane, before: number) => void;
  readonly send: (to: NodeId, lane: Lane, m: Msg) => void;
  readonly observe: (lane: Lane, e: Observation) => void;
  /** The turn of the event loop is over for what was gathered: it may leave. */
  readonly gathered?: () => void;
  /** After `sayGoodbye`: all is said. Absent: nobody asks. */
  readonly stopped?: () => void;
  /**
   * The event loop stood still for `lateUs` longer than it should. So much of it the process was ready
   * to run and others had the processors: `waitedUs`, 0 where the system does not tell.
   */
  readonly stall: (lateUs: number, waitedUs: number) => void;
  /** A component threw: a bug. The host has stopped. */
  readonly failed: (error: unknown) => void;
}

/** How often the host looks whether the event loop runs on time. */
const pulseUs = 25_000;
/** A timeout beyond 2^31 ms fires at once; one that rings early only looks and is set again. */
const alarmMsMax = 2 ** 30;

export class Host {
  private readonly o: HostOptions;
  private readonly driver: Driver;
  private readonly timers = new Timers();
  private readonly world: World & { nowUs: number; wallUs: number };
  private readonly calls = new Map<CallId, (v: Json) => void>();
  private lastCall: CallId = 0;
  private alarm: NodeJS.Timeout | null = null;
  private alarmAtUs = Infinity;
  private pulse: NodeJS.Timeout | null = null;
  private isRunning = false;

  constructor(options: HostOptions) {
    this.o = options;
    this.world = { nowUs: 0, wallUs: 0, random: (bound) => options.random.below(bound) };
    this.driver = new Driver(
      options.lanes.map((l) => l.component),
      {
        append: options.append,
        ...(options.forget !== undefined && { forget: options.forget }),
        observe: options.observe,
        send: (to, lane, m) => this.send(to, lane, m),
        reply: (call, v) => this.reply(call, v),
        setTimer: (lane, kind, delayUs, arg) =>
          this.timers.set({ dueUs: this.world.nowUs + delayUs, lane, kind, arg }),
        cancelTimer: (id) => this.timers.cancel(id),
        // After all connections of this turn of the event loop were read.
        gather: (lane) => void setImmediate(() => this.gathered(lane)),
        stopped: () => options.stopped?.(),
      },
      this.world,
    );
  }

  start(logs: readonly (readonly Rec[])[]): void {
    this.isRunning = true;
    this.watchPulse();
    this.step(() => this.driver.start(logs));
  }

  /** Tells the components that the node stops; all goes on until `stop`. */
  sayGoodbye(): void {
    if (this.isRunning) this.step(() => this.driver.stop());
    else this.o.stopped?.();
  }

  /** Nothing more happens; open calls are never answered. */
  stop(): void {
    this.isRunning = false;
    if (this.alarm !== null) clearTimeout(this.alarm);
    if (this.pulse !== null) clearInterval(this.pulse);
  }

  message(from: NodeId, lane: Lane, m: Msg): void {
    this.step(() => this.driver.message(from, lane, m));
  }

  synced(lane: Lane, index: number): void {
    this.step(() => this.driver.synced(lane, index));
  }

  /** Asks a lane; `done` is called at most once. Returns the means to forget the call. */
  call(
    lane: Lane,
    request: { readonly f: string; readonly key: string; readonly value: Json },
    done: (v: Json) => void,
  ): () => void {
    const id = ++this.lastCall;
    this.calls.set(id, done);
    this.step(() => this.driver.call(lane, { id, ...request }));
    return () => this.calls.delete(id);
  }

  /** The skew of the clock has changed: the alarm was set by the old one. */
  reckonTimers(): void {
    this.alarmAtUs = Infinity;
    this.setAlarm();
  }

  private gathered(lane: Lane): void {
    this.step(() => this.driver.gathered(lane));
    this.o.gathered?.();
  }

  /** One event: the world gets its instant, the handler runs, the alarm is set anew. */
  private step(event: () => void): void {
    if (!this.isRunning) return;
    try {
      this.readClocks();
      event();
      this.setAlarm();
    } catch (e) {
      this.stop();
      this.o.failed(e);
    }
  }

  private readClocks(): void {
    this.world.nowUs = this.o.clock.nowUs();
    this.world.wallUs = this.o.clock.wallUs();
  }

  private setAlarm(): void {
    const nextUs = this.timers.nextUs();
    if (nextUs === null || nextUs >= this.alarmAtUs) return;
    if (this.alarm !== null) clearTimeout(this.alarm);
    this.alarmAtUs = nextUs;
    const delayMs = Math.min(alarmMsMax, Math.ceil(this.o.clock.trueUntilUs(nextUs) / 1_000));
    // After a stall timers would come first. What arrived meanwhile comes before them, so that nobody
    // takes his own stall for the silence of others.
    this.alarm = setTimeout(() => setImmediate(() => this.ring()), delayMs);
  }

  private ring(): void {
    this.alarmAtUs = Infinity;
    // Only what is due now: a handler that sets a timer of 0 must not starve connections.
    const dueUs = this.o.clock.nowUs();
    for (let t = this.timers.take(dueUs); t !== null; t = this.timers.take(dueUs)) {
      const { lane, kind, arg } = t;
      this.step(() => this.driver.timer(lane, kind, arg));
    }
    if (this.isRunning) this.setAlarm();
  }

  private send(to: NodeId, lane: Lane, m: Msg): void {
    if (to !== this.o.self) {
      this.o.send(to, lane, m);
      return;
    }
    // What others get is a copy through JSON: nobody may learn more because he is the sender.
    const copy = JSON.parse(JSON.stringify(m)) as Msg;
    // A driver is never called back from within a call.
    setImmediate(() => this.message(to, lane, copy));
  }

  private reply(call: CallId, v: Json): void {
    const done = this.calls.get(call);
    if (done === undefined) return;
    this.calls.delete(call);
    queueMicrotask(() => done(v));
  }

  private watchPulse(): void {
    let last = this.o.clock.trueUs();
    let lastWaited = waitedUs();
    this.pulse = setInterval(() => {
      const now = this.o.clock.trueUs();
      const waited = waitedUs();
      const lateUs = now - last - pulseUs;
      if (lateUs > limits.stallUs) this.o.stall(lateUs, Math.min(lateUs, waited - lastWaited));
      last = now;
      lastWaited = waited;
    }, pulseUs / 1_000);
  }
}
