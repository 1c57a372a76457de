/** One direction of one session of a UDP proxy: what becomes of each datagram. */
import type { Prng } from '../core/prng.ts';
import type { FlowCounters } from './flow.ts';
import { Alarm } from './stage.ts';
import type { Toxic, ToxicKind } from './toxic.ts';

/** Datagrams that wait for their time, bytes; what comes beyond it is lost, as in a full router. */
const waitingBytesMax = 1024 * 1024;

/** One datagram on its way through the toxics. */
interface Fate {
  bytes: Buffer;
  /** When it may leave; Infinity: it is lost. */
  dueMs: number;
  copies: number;
}

/** What a toxic remembers of a direction. */
interface Memory {
  /** Of a bandwidth: when the line is free again. */
  freeMs: number;
  /** Of a limit: bytes that have passed. */
  passed: number;
  readonly random: Prng;
}

export class DatagramFlow {
  private readonly toxics = new Map<Toxic, Memory>();
  private readonly waiting = new Map<Alarm, Buffer>();
  private waitingBytes = 0;
  private readonly counters: FlowCounters;
  private readonly random: Prng;
  private readonly send: (bytes: Buffer) => void;

  constructor(counters: FlowCounters, random: Prng, send: (bytes: Buffer) => void) {
    this.counters = counters;
    this.random = random;
    this.send = send;
  }

  add(toxic: Toxic): void {
    this.toxics.set(toxic, { freeMs: 0, passed: 0, random: this.random.fork(toxic.name) });
  }

  /** As on a stream, what waits goes at once. */
  change(): void {
    for (const alarm of this.waiting.keys()) this.release(alarm);
  }

  remove(toxic: Toxic): void {
    this.toxics.delete(toxic);
    this.change();
  }

  push(bytes: Buffer): void {
    this.counters.received += bytes.length;
    const nowMs = performance.now();
    const fate: Fate = { bytes, dueMs: nowMs, copies: 1 };
    for (const [toxic, memory] of this.toxics) {
      // Drawn for each datagram: there is no connection that it could be drawn for.
      if (memory.random.uint32() / 2 ** 32 >= toxic.toxicity) continue;
      rules[toxic.kind]?.(fate, (name) => Number(toxic.attributes[name] ?? 0), memory);
      if (fate.dueMs === Infinity) break;
    }
    if (fate.dueMs === Infinity || this.waitingBytes > waitingBytesMax) {
      this.counters.dropped += bytes.length;
      return;
    }
    for (let i = 0; i < fate.copies; i++) this.sendIn(fate.dueMs - nowMs, fate.bytes);
  }

  close(): void {
    for (const alarm of this.waiting.keys()) alarm.stop();
    this.waiting.clear();
    this.toxics.clear();
  }

  private sendIn(delayMs: number, bytes: Buffer): void {
    if (delayMs < 0.5) {
      this.leave(bytes);
      return;
    }
    this.counters.delayed += bytes.length;
    this.waitingBytes += bytes.length;
    const alarm = new Alarm(() => this.release(alarm));
    this.waiting.set(alarm, bytes);
    alarm.set(delayMs);
  }

  private release(alarm: Alarm): void {
    const bytes = this.waiting.get(alarm);
    if (bytes === undefined) return;
    alarm.stop();
    this.waiting.delete(alarm);
    this.waitingBytes -= bytes.length;
    this.leave(bytes);
  }

  private leave(bytes: Buffer): void {
    this.counters.sent += bytes.length;
    this.send(bytes);
  }
}

type Rule = (fate: Fate, attribute: (name: string) => number, memory: Memory) => void;

/** By percent, drawn from `random`. */
function strikes(random: Prng, percent: number): boolean {
  return random.uint32() / 2 ** 32 < percent / 100;
}

/** What is not here does nothing to datagrams, and is refused where it is asked for. */
const rules: Readonly<Partial<Record<ToxicKind, Rule>>> = {
  /** Each by itself, so that jitter changes the order. */
  latency(fate, attribute, { random }) {
    const luck = random.uint32() / 2 ** 31 - 1;
    fate.dueMs += Math.max(0, attribute('latency') + attribute('jitter') * luck);
  },
  bandwidth(fate, attribute, memory) {
    const rate = attribute('rate');
    const freeMs = Math.max(memory.freeMs, fate.dueMs) + fate.bytes.length / rate;
    if (rate > 0) memory.freeMs = freeMs;
    fate.dueMs = freeMs;
  },
  timeout(fate) {
    fate.dueMs = Infinity;
  },
  limit_data(fate, attribute, memory) {
    memory.passed += fate.bytes.length;
    if (memory.passed > attribute('bytes')) fate.dueMs = Infinity;
  },
  loss(fate, attribute, { random }) {
    if (strikes(random, attribute('percent'))) fate.dueMs = Infinity;
  },
  duplicate(fate, attribute, { random }) {
    if (strikes(random, attribute('percent'))) fate.copies += 1;
  },
  corrupt(fate, attribute, { random }) {
    if (fate.bytes.length === 0 || !strikes(random, attribute('percent'))) return;
    fate.bytes = Buffer.from(fate.bytes);
    const at = random.below(fate.bytes.length);
    fate.bytes[at] = (fate.bytes[at] ?? 0) ^ (1 << random.below(8));
  },
};
