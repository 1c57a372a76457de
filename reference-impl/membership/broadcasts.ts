/**
 * News still to be passed on, the least often sent first (SWIM §4.1), newest first among equals.
 *
 * At most one piece of news a member: a later one replaces it. So the queue never holds more than
 * there are members, and each is forgotten after a bounded number of transmits. In buckets by
 * transmits, not a sorted list: with thousands of pieces a message still costs what it carries.
 */
import { assert } from '../../harness/core/assert.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Update } from './messages.ts';

const nothing: readonly Update[] = [];

export class Broadcasts {
  /** Pieces of news, all buckets together. */
  size = 0;
  /** By number of transmits so far; in each the newest is last. */
  private readonly buckets: Update[][] = [[]];
  /** All buckets below `first` are empty, and all from `end` on. */
  private first = 0;
  private end = 0;
  private readonly byMember = new Map<NodeId, Update>();

  /** Queues `update` in place of older news of the same member. */
  add(update: Update): void {
    const old = this.byMember.get(update.member);
    if (old !== undefined) this.remove(old);
    this.byMember.set(update.member, update);
    this.bucket(0).push(update);
    this.size += 1;
    this.first = 0;
  }

  /** Up to `max` pieces for one message; one that was sent `transmits` times by then is forgotten. */
  take(max: number, transmits: number): readonly Update[] {
    if (this.size === 0) return nothing;
    const out: Update[] = [];
    let moving = 0;
    for (let sent = this.first; sent < this.end || moving > 0; sent++) {
      const bucket = this.bucket(sent);
      const start = out.length;
      while (out.length < max && bucket.length > 0) out.push(bucket.pop() as Update);
      // What came from the bucket below goes on top, the newest last, after this one was served.
      for (let i = start - 1; i >= start - moving; i--) bucket.push(out[i] as Update);
      moving = out.length - start;
      if (sent + 1 >= transmits) {
        this.forget(out, moving);
        moving = 0;
      }
      if (out.length === max && moving === 0) break;
    }
    this.tighten();
    return out;
  }

  /** The bucket of what was sent `sent` times, which becomes the last if it was beyond. */
  private bucket(sent: number): Update[] {
    this.end = Math.max(this.end, sent + 1);
    return (this.buckets[sent] ??= []);
  }

  private forget(out: readonly Update[], count: number): void {
    for (let i = out.length - count; i < out.length; i++) {
      this.byMember.delete((out[i] as Update).member);
    }
    this.size -= count;
  }

  private remove(old: Update): void {
    for (let sent = this.first; sent < this.end; sent++) {
      const bucket = this.bucket(sent);
      const at = bucket.lastIndexOf(old);
      if (at === -1) continue;
      bucket.splice(at, 1);
      this.size -= 1;
      return;
    }
    assert(false, 'what is known by its member is in a bucket', { member: old.member });
  }

  private tighten(): void {
    while (this.first < this.end && this.bucket(this.first).length === 0) this.first += 1;
    while (this.end > this.first && this.buckets[this.end - 1]?.length === 0) this.end -= 1;
  }
}
