/** The storage of the event queue: slots of eight integers, a generation and a payload each. */
import { assert } from '../core/assert.ts';

/** Integers of one slot, side by side so that an event is one cache line. */
export const stride = 8;

const none = -1;
const slotsMax = 16_777_216;

/** Slots are handed out and taken back in constant time; their number doubles when none is free. */
export class Slots {
  records: Int32Array;
  readonly payloads: unknown[];
  /** How often each slot was released: an id of an earlier use is told by it. */
  private generations: Int32Array;
  private capacity: number;
  private free = none;

  /** The first `reserved` slots are never handed out. */
  constructor(reserved: number, capacity: number) {
    this.capacity = reserved + capacity;
    this.records = new Int32Array(this.capacity * stride);
    this.generations = new Int32Array(this.capacity);
    this.payloads = Array.from<unknown>({ length: this.capacity }).fill(null);
    this.chain(reserved);
  }

  take(): number {
    if (this.free === none) this.grow();
    const slot = this.free;
    this.free = this.records[slot * stride] as number;
    return slot;
  }

  release(slot: number): void {
    this.payloads[slot] = null;
    this.generations[slot] = (this.generations[slot] as number) + 1;
    this.records[slot * stride] = this.free;
    this.free = slot;
  }

  /** Takes the slot that was released last back, under its old id; false when another was taken. */
  retake(slot: number): boolean {
    if (slot !== this.free) return false;
    this.take();
    this.generations[slot] = (this.generations[slot] as number) - 1;
    return true;
  }

  /** Names this use of a slot: generation · 2^24 + slot. */
  id(slot: number): number {
    return (this.generations[slot] as number) * slotsMax + slot;
  }

  /** The slot of an id, or -1 after that use has ended. */
  slot(id: number): number {
    const slot = id % slotsMax;
    return this.generations[slot] === (id - slot) / slotsMax ? slot : none;
  }

  private grow(): void {
    const was = this.capacity;
    assert(was * 2 < slotsMax, 'too many pending events', { slots: was });
    this.capacity = was * 2;
    this.records = grown(this.records, this.capacity * stride);
    this.generations = grown(this.generations, this.capacity);
    for (let i = was; i < this.capacity; i++) this.payloads.push(null);
    this.chain(was);
  }

  /** Puts the slots from `first` on into the list of free ones, lowest first. */
  private chain(first: number): void {
    for (let slot = this.capacity - 1; slot >= first; slot--) {
      this.records[slot * stride] = this.free;
      this.free = slot;
    }
  }
}

function grown(array: Int32Array, length: number): Int32Array {
  const longer = new Int32Array(length);
  longer.set(array);
  return longer;
}
