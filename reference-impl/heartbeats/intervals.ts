/** The last intervals between heartbeats of one link, with their mean and deviation. */
import type { Intervals } from './rules.ts';

/** Longer ones count as this, µs, so that sums of squares stay exact. */
const intervalUsMax = 5_000_000;

export class LastIntervals {
  private readonly window: number;
  private readonly all: number[] = [];
  private next = 0;
  private sum = 0;
  private squares = 0;

  constructor(window: number) {
    this.window = window;
  }

  add(us: number): void {
    const added = Math.min(us, intervalUsMax);
    const gone = this.all[this.next] ?? 0;
    this.all[this.next] = added;
    this.next = (this.next + 1) % this.window;
    this.sum += added - gone;
    this.squares += added * added - gone * gone;
  }

  get seen(): Intervals {
    const count = this.all.length;
    if (count === 0) return { count, meanUs: 0, deviationUs: 0 };
    const meanUs = this.sum / count;
    const variance = Math.max(0, this.squares / count - meanUs * meanUs);
    return { count, meanUs, deviationUs: Math.sqrt(variance) };
  }
}
