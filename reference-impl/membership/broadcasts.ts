/**
 * News still to be passed on, the least often sent first (SWIM §4.1), newest first among equals.
 *
 * At most one piece of news a member: a later one replaces it. So the queue never holds more than
 * there are members, and each is forgotten after a bounded number of transmits.
 *
 * As a rule all of it fits into one message: then each message sends every piece once more, which
 * is one addition, and the same array goes out until something changes.
 */
import { assert } from '../../harness/core/assert.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Update } from './messages.ts';

const nothing: readonly Update[] = [];

export class Broadcasts {
  /** Pieces of news. */
  size = 0;
  /** Messages that carried everything. A piece was sent `rounds - since` times. */
  private rounds = 0;
  /** The least `since` in the queue: that of the piece sent most often. */
  private oldest = 0;
  /** What the last message carried, as long as the next would carry the same; else null. */
  private batch: readonly Update[] | null = null;
  /** Ascending by `since`: what is to be sent next is last. */
  private readonly queue: Update[] = [];
  private readonly since: number[] = [];
  private readonly byMember = new Map<NodeId, Update>();

  /** Is there news of `member` that has not been sent often enough? */
  has(member: NodeId): boolean {
    return this.byMember.has(member);
  }

  /** Queues `update` in place of older news of the same member. */
  add(update: Update): void {
    const old = this.byMember.get(update.member);
    if (old !== undefined) this.remove(old);
    this.byMember.set(update.member, update);
    this.queue.push(update);
    this.since.push(this.rounds);
    this.changed();
  }

  /** Up to `max` pieces for one message; one that was sent `transmits` times by then is forgotten. */
  take(max: number, transmits: number): readonly Update[] {
    if (this.size === 0) return nothing;
    const batch = this.size <= max ? this.takeAll() : this.takeLast(max);
    if (this.rounds - this.oldest >= transmits) this.forget(transmits);
    return batch;
  }

  private takeAll(): readonly Update[] {
    this.batch ??= this.queue.toReversed();
    this.rounds += 1;
    return this.batch;
  }

  /** More than fits: what is sent now goes among what was sent as often or more often. */
  private takeLast(max: number): readonly Update[] {
    const first = this.size - max;
    const taken = this.queue.splice(first);
    const times = this.since.splice(first).map((since) => since - 1);
    let at = first;
    while (at > 0 && (this.since[at - 1] as number) > (times[0] as number)) at -= 1;
    const rest = this.queue.splice(at);
    const restTimes = this.since.splice(at);
    for (let i = 0, j = 0; i < max || j < rest.length;) {
      const isRest = i === max || (restTimes[j] ?? Infinity) <= (times[i] as number);
      this.queue.push((isRest ? rest[j] : taken[i]) as Update);
      this.since.push((isRest ? restTimes[j] : times[i]) as number);
      if (isRest) j += 1;
      else i += 1;
    }
    this.changed();
    return taken.toReversed();
  }

  private forget(transmits: number): void {
    let count = 0;
    for (; count < this.size; count++) {
      if (this.rounds - (this.since[count] as number) < transmits) break;
      this.byMember.delete((this.queue[count] as Update).member);
    }
    this.queue.splice(0, count);
    this.since.splice(0, count);
    this.changed();
  }

  private remove(old: Update): void {
    const at = this.queue.lastIndexOf(old);
    assert(at >= 0, 'what is known by its member is in the queue', { member: old.member });
    this.queue.splice(at, 1);
    this.since.splice(at, 1);
  }

  private changed(): void {
    this.size = this.queue.length;
    this.oldest = this.since[0] ?? this.rounds;
    this.batch = null;
  }
}
