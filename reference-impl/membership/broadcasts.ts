/**
 * News still to be passed on, the least often sent first (SWIM §4.1), newest first among equals.
 *
 * At most one piece of news a member: a later one replaces it. So the queue never holds more than
 * there are members, and each is forgotten after a bounded number of transmits.
 *
 * A stack for each number of transmits: a message takes from the tops, and what it took goes to the
 * top of the next. As a rule all of it fits into one message: then each message sends every piece once
 * more, which is one addition, and the same array goes out until something changes.
 */
import { assert } from '../../harness/core/assert.ts';
import type { NodeId } from '../../harness/core/host.ts';
import type { Update } from './messages.ts';

const nothing: readonly Update[] = [];
/** Replaced pieces that may lie in the stacks, beyond as many as there are pieces. */
const goneMax = 64;

interface Entry {
  readonly update: Update;
  /** Replaced by later news of the same member. */
  isGone: boolean;
}

export class Broadcasts {
  /** Pieces of news. */
  size = 0;
  private gone = 0;
  /** Messages that carried everything. A piece was sent `rounds - since` times. */
  private rounds = 0;
  /** By `since`, from `lowest` on: that of the pieces sent most often. */
  private stacks: Entry[][] = [];
  private lowest = 0;
  /** What the last message carried, as long as the next would carry the same; else null. */
  private batch: readonly Update[] | null = null;
  private readonly byMember = new Map<NodeId, Entry>();

  /** Queues `update` in place of older news of the same member. */
  add(update: Update): void {
    const old = this.byMember.get(update.member);
    if (old === undefined) this.size += 1;
    else {
      old.isGone = true;
      this.gone += 1;
    }
    const entry = { update, isGone: false };
    this.byMember.set(update.member, entry);
    this.stack(this.rounds).push(entry);
    this.batch = null;
    if (this.gone > this.size + goneMax) this.sweep();
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

  private takeAll(messages: number): readonly Update[] {
    if (this.batch === null) {
      const all: Update[] = [];
      for (const e of this.stacks.flat()) if (!e.isGone) all.push(e.update);
      this.batch = all.reverse();
    }
    this.rounds += messages;
    return this.batch;
  }

  /** More than fits. */
  private takeSome(max: number, messages: number): readonly Update[] {
    const taken: Entry[] = [];
    /** How many of them the stacks from the top one down gave. */
    const counts: number[] = [];
    const top = this.lowest + this.stacks.length - 1;
    for (let since = top; taken.length < max; since--) {
      const before = taken.length;
      this.popInto(taken, max, since);
      counts.push(taken.length - before);
    }
    // The other way round, so that what was sent first comes on top again.
    let end = taken.length;
    for (let i = counts.length - 1; i >= 0; i--) {
      const start = end - (counts[i] as number);
      const to = end > start ? this.stack(top - i - messages) : [];
      for (; end > start; end--) to.push(taken[end - 1] as Entry);
    }
    this.batch = null;
    return taken.map((e) => e.update);
  }

  private popInto(taken: Entry[], max: number, since: number): void {
    assert(since >= this.lowest, 'there is more than was taken', { since });
    const from = this.stack(since);
    while (from.length > 0 && taken.length < max) {
      const e = from.pop() as Entry;
      if (e.isGone) this.gone -= 1;
      else taken.push(e);
    }
  }

  /** Of what was sent so often that its `since` is `last` or less. */
  private forget(last: number): void {
    while (this.stacks.length > 0 && this.lowest <= last) {
      for (const e of this.stacks[0] as Entry[]) {
        if (e.isGone) this.gone -= 1;
        else {
          this.size -= 1;
          this.byMember.delete(e.update.member);
          this.batch = null;
        }
      }
      this.stacks.shift();
      this.lowest += 1;
    }
  }

  private stack(since: number): Entry[] {
    if (this.stacks.length === 0) this.lowest = since;
    while (since < this.lowest) {
      this.stacks.unshift([]);
      this.lowest -= 1;
    }
    while (since >= this.lowest + this.stacks.length) this.stacks.push([]);
    return this.stacks[since - this.lowest] as Entry[];
  }

  private sweep(): void {
    this.stacks = this.stacks.map((stack) => stack.filter((e) => !e.isGone));
    this.gone = 0;
  }
}
