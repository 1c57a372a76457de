/** Counts over a sliding window, in a ring of slots: constant memory and work, whatever the traffic. */
import { assert } from '../../harness/core/assert.ts';

const slots = 60;

export class SlidingCount {
  private readonly slotUs: number;
  private readonly counts = new Int32Array(slots);
  /** Number of the newest slot, counted from time 0. */
  private newest = 0;
  private total = 0;

  constructor(windowUs: number) {
    this.slotUs = Math.max(1, Math.ceil(windowUs / slots));
  }

  add(nowUs: number): void {
    this.advance(nowUs);
    this.counts[this.newest % slots] = (this.counts[this.newest % slots] ?? 0) + 1;
    this.total += 1;
  }

  /** How many were added within the window, up to one slot more precisely. */
  count(nowUs: number): number {
    this.advance(nowUs);
    return this.total;
  }

  private advance(nowUs: number): void {
    const now = Math.floor(nowUs / this.slotUs);
    assert(now >= this.newest, 'time goes on', { now, was: this.newest });
    const steps = Math.min(slots, now - this.newest);
    for (let i = 1; i <= steps; i++) {
      const slot = (this.newest + i) % slots;
      this.total -= this.counts[slot] ?? 0;
      this.counts[slot] = 0;
    }
    this.newest = now;
  }
}
