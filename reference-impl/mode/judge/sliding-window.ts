/** What was seen of something lately, in constant memory. */

const keptMax = 64;

/** The last values of something, each with when it was seen. */
export class Recent<T> {
  private readonly items: { readonly atUs: number; readonly value: T }[] = [];

  add(atUs: number, value: T): void {
    if (this.items.length >= keptMax) this.items.shift();
    this.items.push({ atUs, value });
  }

  /** The one that held at `atUs`, if any was seen by then. */
  at(atUs: number): T | undefined {
    for (let i = this.items.length - 1; i >= 0; i--) {
      const item = this.items[i];
      if (item !== undefined && item.atUs <= atUs) return item.value;
    }
    return undefined;
  }

  /** Those that held at some moment of the interval: `first` before any was seen. */
  during(fromUs: number, toUs: number, first: T): T[] {
    const held: T[] = [];
    for (let i = this.items.length - 1; i >= 0; i--) {
      const item = this.items[i];
      if (item === undefined || item.atUs > toUs) continue;
      held.push(item.value);
      if (item.atUs <= fromUs) return held;
    }
    const isWhole = this.items.length < keptMax;
    return isWhole || held.length === 0 ? [...held, first] : held;
  }
}

/** Slots that are kept: two windows of 60 and what slack adds. */
const slots = 128;

/** Counts by time, in slots. */
export class Slots {
  private readonly slotUs: number;
  private readonly counts = new Int32Array(slots);
  /** Number of the newest slot, counted from time 0. */
  private newest = 0;

  constructor(slotUs: number) {
    this.slotUs = Math.max(1, slotUs);
  }

  add(atUs: number): void {
    const now = Math.floor(atUs / this.slotUs);
    for (let s = Math.max(this.newest + 1, now - slots + 1); s <= now; s++) {
      this.counts[s % slots] = 0;
    }
    this.newest = Math.max(this.newest, now);
    this.counts[now % slots] = (this.counts[now % slots] ?? 0) + 1;
  }

  /** How many lie in the interval for sure (`least`), or may (`most`). */
  count(fromUs: number, toUs: number, bound: 'least' | 'most'): number {
    const from = fromUs / this.slotUs;
    const to = toUs / this.slotUs;
    const first = bound === 'least' ? Math.ceil(from) : Math.floor(from);
    const last = bound === 'least' ? Math.floor(to) - 1 : Math.floor(to);
    let n = 0;
    for (
      let s = Math.max(0, first, this.newest - slots + 1);
      s <= Math.min(last, this.newest);
      s++
    ) {
      n += this.counts[s % slots] ?? 0;
    }
    return n;
  }
}
