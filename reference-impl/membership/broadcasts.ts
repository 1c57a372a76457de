/**
 * News still to be passed on, the least often sent first (SWIM §4.1), newest first among equals.
 *
 * At most one piece of news a member: a later one replaces it. So the queue never holds more than
 * there are members, and each is forgotten after a bounded number of transmits.
 *
 * A linked stack for each number of transmits: a message takes from the tops, and what it took goes to
 * the top of the next. As a rule all of it fits into one message: then each message sends every piece
 * once more, which is one addition, and the same array goes out until something changes.
 */
import { assert } from '../../harness/core/assert.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Update } from './messages.ts';

const nothing: readonly Update[] = [];

interface Entry {
  readonly update: Update;
  /** The stack that it lies in. */
  since: number;
  above: Entry | null;
  below: Entry | null;
}

export class Broadcasts {
  /** Messages that carried everything. A piece was sent `rounds - since` times. */
  private rounds = 0;
  /** Tops by `since`, from `lowest` on: that of the pieces sent most often. */
  private readonly tops: (Entry | null)[] = [];
  private lowest = 0;
  /** What the last message carried, as long as the next would carry the same; else null. */
  private batch: readonly Update[] | null = null;
  private readonly byMember = new Map<NodeId, Entry>();

  /** Pieces of news. */
  get size(): number {
    return this.byMember.size;
  }

  /** Queues `update` in place of older news of the same member. */
  add(update: Update): void {
    const old = this.byMember.get(update.member);
    if (old !== undefined) this.unlink(old);
    const entry: Entry = { update, since: this.rounds, above: null, below: null };
    this.byMember.set(update.member, entry);
    this.push(entry);
    this.batch = null;
  }

  /** Is there news of `member` that has not been sent often enough? */
  has(member: NodeId): boolean {
    return this.byMember.has(member);
  }

  /**
   * Up to `max` pieces for one message, or for `messages` that all carry the same; one that was sent
   * `transmits` times by then is forgotten.
   */
  take(max: number, transmits: number, messages = 1): readonly Update[] {
    if (this.size === 0) return nothing;
    const batch = this.size <= max ? this.takeAll(messages) : this.takeSome(max, messages);
    this.forget(this.rounds - transmits);
    return batch;
  }

  /** As many as `messages` carried all there is, in another form. */
  passAll(transmits: number, messages: number): void {
    this.rounds += messages;
    this.forget(this.rounds - transmits);
  }

  private takeAll(messages: number): readonly Update[] {
    this.batch ??= this.first(this.size).map((e) => e.update);
    this.rounds += messages;
    return this.batch;
  }

  /** More than fits. */
  private takeSome(max: number, messages: number): readonly Update[] {
    const taken = this.first(max);
    for (const e of taken) this.unlink(e);
    // The other way round, so that what was sent first comes on top again.
    for (let i = taken.length - 1; i >= 0; i--) {
      const e = taken[i] as Entry;
      e.since -= messages;
      this.push(e);
    }
    this.batch = null;
    return taken.map((e) => e.update);
  }

  /** What is to be sent next, at most `max` pieces. */
  private first(max: number): Entry[] {
    const found: Entry[] = [];
    for (let i = this.tops.length - 1; i >= 0; i--) {
      for (let e = this.tops[i] ?? null; e !== null; e = e.below) {
        if (found.length === max) return found;
        found.push(e);
      }
    }
    return found;
  }

  /** What was sent so often that its `since` is `last` or less. */
  private forget(last: number): void {
    while (this.tops.length > 0 && this.lowest <= last) {
      for (let e = this.tops[0] ?? null; e !== null; e = e.below) {
        this.byMember.delete(e.update.member);
        this.batch = null;
      }
      this.tops.shift();
      this.lowest += 1;
    }
  }

  private push(e: Entry): void {
    if (this.tops.length === 0) this.lowest = e.since;
    for (; e.since < this.lowest; this.lowest--) this.tops.unshift(null);
    while (e.since >= this.lowest + this.tops.length) this.tops.push(null);
    const at = e.since - this.lowest;
    e.above = null;
    e.below = this.tops[at] ?? null;
    if (e.below !== null) e.below.above = e;
    this.tops[at] = e;
  }

  private unlink(e: Entry): void {
    if (e.below !== null) e.below.above = e.above;
    if (e.above !== null) e.above.below = e.below;
    else {
      const at = e.since - this.lowest;
      assert(this.tops[at] === e, 'what nothing lies on is a top', { since: e.since });
      this.tops[at] = e.below;
    }
  }
}
