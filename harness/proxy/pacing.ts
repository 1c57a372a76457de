/** Toxics that keep data for a while and let it go in order: latency, bandwidth, slicer. */
import { Alarm, Stage, type StageHost } from './stage.ts';

interface Waiting {
  chunk: Buffer;
  readonly arrivedMs: number;
  /** The draw behind this chunk's jitter, -1…1: it stays when latency and jitter change. */
  readonly luck: number;
  isCounted: boolean;
}

/** A deadline this near has come: timers have a grain of 1 ms, and may ring a little early. */
const nearMs = 0.5;

/** A queue that lets its head go when its time has come. */
abstract class PacedStage extends Stage {
  private readonly queue: Waiting[] = [];
  private head = 0;
  private hasEnded = false;
  private readonly alarm = new Alarm(() => this.pump());

  push(chunk: Buffer): void {
    const nowMs = performance.now();
    if (this.isEmpty) this.awake(nowMs);
    for (const piece of this.cut(chunk)) {
      const luck = this.host.random.uint32() / 2 ** 31 - 1;
      this.queue.push({ chunk: piece, arrivedMs: nowMs, luck, isCounted: false });
    }
    this.host.held(chunk.length);
    if (!this.alarm.isSet) this.pump();
    else this.countTail();
  }

  /** A FIN is not delayed by itself; it queues behind the data. */
  end(): void {
    this.hasEnded = true;
    if (this.isEmpty) this.outlet.end();
  }

  changed(): void {
    this.awake(performance.now());
    this.pump();
  }

  release(): void {
    this.alarm.stop();
    while (!this.isEmpty) this.letGo();
    if (this.hasEnded) this.outlet.end();
  }

  close(): void {
    this.alarm.stop();
    while (!this.isEmpty) this.take();
  }

  /** The pieces that leave separately. */
  protected cut(chunk: Buffer): readonly Buffer[] {
    return [chunk];
  }

  /** Data begins to flow, or flows under new rules, from now on. */
  protected abstract awake(nowMs: number): void;
  /** When `waiting`, the head of the queue, may leave; Infinity: not before a change. */
  protected abstract dueMs(waiting: Waiting): number;
  /** The head has left, at its time `dueMs`. */
  protected abstract left(dueMs: number): void;

  private pump(): void {
    this.alarm.stop();
    const nowMs = performance.now();
    while (!this.isEmpty) {
      const waiting = this.queue[this.head] as Waiting;
      const dueMs = this.dueMs(waiting);
      if (dueMs - nowMs > nearMs) {
        this.count(waiting);
        if (dueMs < Infinity) this.alarm.set(dueMs - nowMs);
        return;
      }
      this.letGo();
      this.left(dueMs);
    }
    if (this.hasEnded) this.outlet.end();
  }

  private letGo(): void {
    this.outlet.push(this.take());
  }

  private take(): Buffer {
    const waiting = this.queue[this.head] as Waiting;
    this.head += 1;
    if (this.head === this.queue.length || this.head >= 1_024) {
      this.queue.splice(0, this.head);
      this.head = 0;
    }
    this.host.held(-waiting.chunk.length);
    return waiting.chunk;
  }

  private countTail(): void {
    for (let i = this.queue.length - 1; i >= this.head; i--) {
      const waiting = this.queue[i] as Waiting;
      if (waiting.isCounted) return;
      this.count(waiting);
    }
  }

  private count(waiting: Waiting): void {
    if (waiting.isCounted) return;
    waiting.isCounted = true;
    this.host.delayed(waiting.chunk.length);
  }

  private get isEmpty(): boolean {
    return this.head === this.queue.length;
  }
}

/** Each chunk leaves `latency` ± `jitter` after it arrived, never before an earlier one. */
export class LatencyStage extends PacedStage {
  private skipHead = false;

  override changed(): void {
    // Toxiproxy lets the chunk that waits go at once; those behind it obey the new delay.
    this.skipHead = true;
    super.changed();
    this.skipHead = false;
  }

  protected override awake(): void {}

  protected override dueMs(waiting: Waiting): number {
    if (this.skipHead) return 0;
    const jitter = this.host.attribute('jitter') * waiting.luck;
    return waiting.arrivedMs + this.host.attribute('latency') + jitter;
  }

  protected override left(): void {
    this.skipHead = false;
  }
}

/** Data leaves at `rate` bytes a ms; at rate 0 it waits for a change. */
export class BandwidthStage extends PacedStage {
  private freeMs = 0;

  protected override cut(chunk: Buffer): readonly Buffer[] {
    // 100 ms worth at a time, so that a slow link trickles instead of coming in bursts.
    const size = this.host.attribute('rate') * 100;
    if (size === 0 || chunk.length <= size) return [chunk];
    const pieces: Buffer[] = [];
    for (let at = 0; at < chunk.length; at += size) pieces.push(chunk.subarray(at, at + size));
    return pieces;
  }

  protected override awake(nowMs: number): void {
    this.freeMs = Math.max(this.freeMs === Infinity ? 0 : this.freeMs, nowMs);
  }

  protected override dueMs(waiting: Waiting): number {
    const rate = this.host.attribute('rate');
    return rate === 0 ? Infinity : this.freeMs + waiting.chunk.length / rate;
  }

  protected override left(dueMs: number): void {
    this.freeMs = dueMs;
  }
}

/** Data leaves in pieces of about `average_size` ± `size_variation`, `delay` µs apart. */
export class SlicerStage extends PacedStage {
  private freeMs = 0;

  protected override cut(chunk: Buffer): readonly Buffer[] {
    const average = this.host.attribute('average_size');
    if (average === 0) return [chunk];
    const pieces: Buffer[] = [];
    slice(chunk, average, this.host.attribute('size_variation'), this.host, pieces);
    return pieces;
  }

  protected override awake(nowMs: number): void {
    this.freeMs = Math.max(this.freeMs, nowMs);
  }

  protected override dueMs(): number {
    return this.freeMs;
  }

  protected override left(dueMs: number): void {
    this.freeMs = dueMs + this.host.attribute('delay') / 1_000;
  }
}

/** Halves until a piece is within the variation: no tendency to a small or large one at the end. */
function slice(
  chunk: Buffer,
  average: number,
  variation: number,
  host: StageHost,
  pieces: Buffer[],
): void {
  if (chunk.length - average <= variation) {
    pieces.push(chunk);
    return;
  }
  const luck = variation === 0 ? 0 : host.random.below(variation * 2) - variation;
  const middle = Math.floor(chunk.length / 2) + luck;
  slice(chunk.subarray(0, middle), average, variation, host, pieces);
  slice(chunk.subarray(middle), average, variation, host, pieces);
}
