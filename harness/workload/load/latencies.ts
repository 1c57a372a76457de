/**
 * Counts latencies so that percentiles can be told without keeping each: a histogram whose buckets grow
 * with what they hold (as HdrHistogram's, hdrhistogram.org). Fixed memory, constant time a latency.
 */
import type { Latency } from '../../core/history.ts';

/** Buckets of each power of two: a percentile is at most 1/32 too high. */
const parts = 32;
const partBits = 5;
/** Up to 2^41 µs, about 25 days. */
const buckets = parts * 37;

export class Latencies {
  private readonly counts = new Uint32Array(buckets);
  private total = 0;
  private maxUs = 0;

  /** `times`: so many requests took that long. */
  add(us: number, times = 1): void {
    const i = Math.min(bucketOf(us), buckets - 1);
    this.counts[i] = (this.counts[i] as number) + times;
    this.total += times;
    this.maxUs = Math.max(this.maxUs, us);
  }

  /** Percentiles, at most 1/32 above the true ones and never above the maximum; null: there are none. */
  summary(): Latency | null {
    if (this.total === 0) return null;
    return {
      p50Us: this.percentile(0.5),
      p90Us: this.percentile(0.9),
      p99Us: this.percentile(0.99),
      maxUs: this.maxUs,
    };
  }

  clear(): void {
    this.counts.fill(0);
    this.total = 0;
    this.maxUs = 0;
  }

  /** The upper end of the bucket in which the ⌈q·n⌉-th smallest lies. */
  private percentile(q: number): number {
    let left = Math.ceil(q * this.total);
    for (let i = 0; i < buckets; i++) {
      left -= this.counts[i] as number;
      if (left <= 0) return Math.min(lastOf(i), this.maxUs);
    }
    return this.maxUs;
  }
}

/** Below 32 each number has its own; above, the five bits behind the highest one choose. */
function bucketOf(us: number): number {
  if (us < parts) return Math.max(0, us);
  let shift = 0;
  let rest = us;
  for (; rest >= 2 * parts; rest = Math.floor(rest / 2)) shift += 1;
  return (shift << partBits) + rest;
}

/** The largest number of bucket `i`. */
function lastOf(i: number): number {
  if (i < 2 * parts) return i;
  const shift = (i >> partBits) - 1;
  return ((i & (parts - 1)) + parts + 1) * 2 ** shift - 1;
}
