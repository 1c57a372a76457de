/**
 * The event queue: a hierarchical timing wheel over typed arrays, in whole microseconds.
 *
 * Five levels of 256 buckets reach 2^40 µs, twelve days. An event lies at the level of the highest
 * byte in which its time differs from now (Varghese and Lauck 1987, scheme 7), so that it enters a
 * bucket of a lower level only when time reaches that bucket: whoever was posted first at a given
 * microsecond is popped first, by construction. Posting, cancelling and popping take constant time
 * and allocate nothing; the pool of slots doubles when it is full.
 */
import { assert } from '../core/assert.ts';
import { Slots, stride } from './slots.ts';

const levels = 5;
const buckets = 256;
const block = 4_294_967_296;
/** Fields of one slot. */
const next = 0;
const prev = 1;
const low = 2;
const high = 3;
const code = 4;
const node = 5;
const a = 6;
const b = 7;
/** The first slots are the heads of the buckets' circular lists, so that unlinking needs no bucket. */
const heads = levels * buckets;
const none = -1;

/** Names one posted event until it is popped or cancelled. */
export type EventId = number;

export class Wheel {
  /** The last moment that can be posted for: the end of time. */
  static readonly endUs = block * buckets - 1;
  /** Time of the last popped event, or the limit up to which nothing was due. */
  nowUs = 0;
  /** Events posted and neither popped nor cancelled. */
  pending = 0;
  /** The fields of the last popped event; its payload is handed over and forgotten here. */
  code = 0;
  node = 0;
  a = 0;
  b = 0;
  payload: unknown = null;

  /** End of the current block of 2^32 µs. */
  private blockEndUs = block;
  private blockHigh = 0;
  /** Low 32 bits of `nowUs`. */
  private nowLow = 0;
  private readonly slots: Slots;
  /** One bit a bucket. A set bit may lie (all its events cancelled), a clear one never. */
  private readonly occupied = new Int32Array((levels * buckets) / 32);
  private lastSlot = none;

  /** `capacity`: slots to begin with. */
  constructor(capacity = 1_024) {
    this.slots = new Slots(heads, capacity);
    const r = this.slots.records;
    for (let i = 0; i < heads; i++) {
      r[i * stride + next] = i;
      r[i * stride + prev] = i;
    }
  }

  /** Queues an event for `whenUs` (≥ now). All integer fields are kept as 32 bits. */
  post(whenUs: number, c: number, n: number, x: number, y: number, payload: unknown): EventId {
    const slot = this.slots.take();
    const r = this.slots.records;
    const at = slot * stride;
    r[at + code] = c;
    r[at + node] = n;
    r[at + a] = x;
    r[at + b] = y;
    if (payload !== null) this.slots.payloads[slot] = payload;
    this.place(slot, at, whenUs);
    this.pending += 1;
    return this.slots.id(slot);
  }

  /** Takes an event back; false when it was popped or cancelled before. */
  cancel(id: EventId): boolean {
    const slot = this.slots.slot(id);
    if (slot === none) return false;
    this.unlink(slot * stride);
    this.release(slot);
    return true;
  }

  /** Moves a queued event to `whenUs` (≥ now), under the same id; false when it is no longer queued. */
  move(id: EventId, whenUs: number): boolean {
    const slot = this.slots.slot(id);
    if (slot === none) return false;
    const at = slot * stride;
    this.unlink(at);
    this.place(slot, at, whenUs);
    return true;
  }

  /**
   * Puts the event that was popped last back for `whenUs`, under its old id. Only right after `pop`:
   * nothing may have been posted since.
   */
  putBack(whenUs: number): void {
    const slot = this.lastSlot;
    assert(this.slots.retake(slot), 'an event was posted since the last pop');
    const at = slot * stride;
    this.slots.payloads[slot] = this.payload;
    this.pending += 1;
    this.place(slot, at, whenUs);
  }

  /**
   * Pops the next event that is due until `limitUs`, included, into the fields, and makes its time
   * now. Without such an event now becomes `limitUs`, and the answer is false.
   */
  pop(limitUs: number): boolean {
    const r = this.slots.records;
    for (;;) {
      const head = this.firstBucket();
      if (head === none) return this.idle(limitUs);
      const slot = r[head * stride + next] as number;
      if (slot === head) {
        this.vacate(head);
        continue;
      }
      if (head < buckets) {
        const whenUs = this.nowUs - (this.nowLow & 255) + head;
        if (whenUs > limitUs) return this.idle(limitUs);
        this.nowUs = whenUs;
        this.nowLow = whenUs | 0;
        this.take(slot);
        return true;
      }
      if (!this.enter(head, limitUs)) return this.idle(limitUs);
    }
  }

  /** The due time of a queued event, or -1 when it is no longer queued. */
  whenUs(id: EventId): number {
    const at = this.slots.slot(id) * stride;
    if (at < 0) return -1;
    return (
      (this.slots.records[at + high] as number) * block +
      ((this.slots.records[at + low] as number) >>> 0)
    );
  }

  /** Ids of the queued events wanted, bucket by bucket, those of one microsecond in their order. */
  select(isWanted: (code: number, node: number) => boolean): EventId[] {
    const ids: EventId[] = [];
    const r = this.slots.records;
    for (let head = 0; head < heads; head++) {
      for (let s = r[head * stride + next] as number; s !== head;) {
        const at = s * stride;
        if (isWanted(r[at + code] as number, r[at + node] as number)) {
          ids.push(this.slots.id(s));
        }
        s = r[at + next] as number;
      }
    }
    return ids;
  }

  private place(slot: number, at: number, whenUs: number): void {
    if (whenUs < this.nowUs || whenUs > Wheel.endUs) {
      assert(false, 'posted into the past or too far', { whenUs, nowUs: this.nowUs });
    }
    const r = this.slots.records;
    r[at + low] = whenUs | 0;
    r[at + high] = whenUs >= this.blockEndUs ? Math.floor(whenUs / block) : this.blockHigh;
    this.link(slot, at);
  }

  /** Appends to the bucket of the highest byte in which the event's time differs from now. */
  private link(slot: number, at: number): void {
    const r = this.slots.records;
    const when = r[at + low] as number;
    const differs = when ^ this.nowLow;
    let head: number;
    if ((r[at + high] as number) !== this.blockHigh) head = 4 * buckets + (r[at + high] as number);
    else if (differs >>> 8 === 0) head = when & 255;
    else if (differs >>> 16 === 0) head = buckets + ((when >>> 8) & 255);
    else if (differs >>> 24 === 0) head = 2 * buckets + ((when >>> 16) & 255);
    else head = 3 * buckets + (when >>> 24);
    const headAt = head * stride;
    const tail = r[headAt + prev] as number;
    r[at + next] = head;
    r[at + prev] = tail;
    r[tail * stride + next] = slot;
    r[headAt + prev] = slot;
    this.occupied[head >>> 5] = (this.occupied[head >>> 5] as number) | (1 << (head & 31));
  }

  private unlink(at: number): void {
    const r = this.slots.records;
    const after = r[at + next] as number;
    const before = r[at + prev] as number;
    r[before * stride + next] = after;
    r[after * stride + prev] = before;
  }

  /** The first bucket with a bit set, lowest level first: nothing is due before it. */
  private firstBucket(): number {
    const bits = this.occupied;
    // Buckets of level 0 before now are empty: start at now's own word.
    for (let w = (this.nowLow & 255) >>> 5; w < bits.length; w++) {
      const word = bits[w] as number;
      if (word !== 0) return (w << 5) + (31 - Math.clz32(word & -word));
    }
    return none;
  }

  /** Moves now to the start of a bucket of a higher level and deals its events to lower levels. */
  private enter(head: number, limitUs: number): boolean {
    const level = head >>> 8;
    const index = head & 255;
    const shift = 8 * level;
    const startUs =
      level === 4
        ? index * block
        : this.blockHigh * block + (((((this.nowLow >>> shift) & ~255) | index) << shift) >>> 0);
    if (startUs > limitUs) return false;
    this.nowUs = startUs;
    this.nowLow = startUs | 0;
    if (level === 4) {
      this.blockHigh = index;
      this.blockEndUs = (index + 1) * block;
    }
    const r = this.slots.records;
    let slot = r[head * stride + next] as number;
    this.vacate(head);
    while (slot !== head) {
      const at = slot * stride;
      const after = r[at + next] as number;
      this.link(slot, at);
      slot = after;
    }
    return true;
  }

  /** Nothing is due until `limitUs`: no bucket starts before it, so every event keeps its place. */
  private idle(limitUs: number): false {
    if (limitUs > this.nowUs) {
      this.nowUs = limitUs;
      this.nowLow = limitUs | 0;
      this.blockHigh = Math.floor(limitUs / block);
      this.blockEndUs = (this.blockHigh + 1) * block;
    }
    return false;
  }

  private vacate(head: number): void {
    this.slots.records[head * stride + next] = head;
    this.slots.records[head * stride + prev] = head;
    this.occupied[head >>> 5] = (this.occupied[head >>> 5] as number) & ~(1 << (head & 31));
  }

  private take(slot: number): void {
    const r = this.slots.records;
    const at = slot * stride;
    this.code = r[at + code] as number;
    this.node = r[at + node] as number;
    this.a = r[at + a] as number;
    this.b = r[at + b] as number;
    this.payload = this.slots.payloads[slot];
    this.lastSlot = slot;
    this.unlink(at);
    this.release(slot);
  }

  private release(slot: number): void {
    this.slots.release(slot);
    this.pending -= 1;
  }
}
