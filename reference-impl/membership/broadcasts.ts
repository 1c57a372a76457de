/**
 * News still to be passed on, the least often sent first (SWIM §4.1), newest first among equals.
 *
 * At most one piece of news a member: a later one replaces it. So the queue never holds more than
 * there are members, and each is forgotten after a bounded number of transmits.
 */
import type { NodeId } from '../../harness/core/host.ts';
import type { Update } from './messages.ts';

const nothing: readonly Update[] = [];

/** Replaced entries that are not worth a clean-up. */
const slack = 64;

export class Broadcasts {
  /** By number of transmits so far; the newest last. May hold what was replaced since. */
  private readonly buckets: Update[][] = [];
  private readonly pending = new Map<NodeId, Update>();
  /** Entries of all buckets, replaced ones included. */
  private entries = 0;

  get size(): number {
    return this.pending.size;
  }

  /** Queues `update` in place of older news of the same member. */
  add(update: Update): void {
    this.pending.set(update.member, update);
    this.push(0, update);
    if (this.entries > 2 * this.pending.size + slack) this.compact();
  }

  /** Up to `max` pieces for one message; one that was sent `transmits` times by then is forgotten. */
  take(max: number, transmits: number): readonly Update[] {
    if (this.pending.size === 0) return nothing;
    const out: Update[] = [];
    const ends: number[] = [];
    for (const bucket of this.buckets) {
      this.moveNewest(bucket, max, out);
      ends.push(out.length);
    }
    // Backwards, so that the newest is on top again; a bucket may get what the one before it lost.
    for (let sent = ends.length - 1, i = out.length - 1; sent >= 0; sent--) {
      const first = sent === 0 ? 0 : (ends[sent - 1] as number);
      for (; i >= first; i--) this.sentAgain(out[i] as Update, sent + 1, transmits);
    }
    return out;
  }

  private moveNewest(bucket: Update[], max: number, out: Update[]): void {
    while (out.length < max) {
      const update = bucket.pop();
      if (update === undefined) return;
      this.entries -= 1;
      if (this.pending.get(update.member) === update) out.push(update);
    }
  }

  private sentAgain(update: Update, sent: number, transmits: number): void {
    if (sent >= transmits) this.pending.delete(update.member);
    else this.push(sent, update);
  }

  private push(sent: number, update: Update): void {
    (this.buckets[sent] ??= []).push(update);
    this.entries += 1;
  }

  /** Drops what was replaced, so that entries stay within twice the members. */
  private compact(): void {
    this.entries = 0;
    for (const [sent, bucket] of this.buckets.entries()) {
      const current = bucket.filter((u) => this.pending.get(u.member) === u);
      this.buckets[sent] = current;
      this.entries += current.length;
    }
  }
}
