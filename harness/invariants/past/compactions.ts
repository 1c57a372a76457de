/** What may be, and what must be, forgotten; and how far the store has come. */
import type { OperationEvent } from '../../core/history.ts';
import { rangeOf } from '../../workload/kv/ranges.ts';
import { when } from '../describe.ts';

/**
 * Revisions that a store may forget unasked: all but so many of the newest. etcd forgets none by itself, unless it
 * is started so.
 */
const keptUnasked = 4_096;

/** What contradicts an outcome. */
export interface Reason {
  readonly sentence: string;
  readonly op: number | null;
}

/** An end that was told. */
interface Known {
  readonly revision: number;
  readonly e: OperationEvent | null;
}

const nothing: Known = { revision: 0, e: null };

/** What was known when a read was asked for. */
interface Asked {
  /** The revision; null: the present. */
  readonly at: number | null;
  readonly forgotten: Known;
  readonly newest: Known;
}

export class Compactions {
  /** The earliest revision that every acknowledged compaction has left. */
  private forgotten = nothing;
  /** By operation: compactions that were asked for, and have not failed. */
  private readonly possible = new Map<number, number>();
  /** The newest revision that anybody was told of. */
  private newest = nothing;
  private readonly reads = new Map<number, Asked>();

  event(e: OperationEvent): void {
    if (e.f === 'read-at' || e.f === 'list') this.read(e);
    else if (e.f === 'compact') this.compaction(e);
    if (e.type === 'ok' && (e.version ?? 0) > this.newest.revision) {
      this.newest = { revision: e.version ?? 0, e };
    }
  }

  /** The revision that this read asked for; null when its beginning is not in the history. */
  asked(op: number): number | null {
    return this.reads.get(op)?.at ?? null;
  }

  /** Why a read must have been refused: what it asked for was forgotten before it began. */
  whyForgotten(op: number): Reason | null {
    const { at, forgotten } = this.reads.get(op) ?? { at: null, forgotten: nothing };
    if (forgotten.e === null || at === null || at >= forgotten.revision) return null;
    const { process, timeUs } = forgotten.e;
    const done = `a compaction up to revision ${forgotten.revision} acknowledged ${when(timeUs)}`;
    return { sentence: `Process ${process} got ${done}.`, op: forgotten.e.op };
  }

  /** Why revision `at` cannot have been forgotten by now. */
  whyKnown(at: number): Reason | null {
    const furthest = Math.max(0, ...this.possible.values());
    if (at < furthest || at <= this.newest.revision - keptUnasked) return null;
    const sentence =
      furthest === 0
        ? 'Nobody had asked for anything to be forgotten.'
        : `Nobody had asked for anything to be forgotten from revision ${furthest} on.`;
    return { sentence, op: null };
  }

  /** Why a list of the present cannot be of this revision: a newer one had been told before it was asked for. */
  whyOld(op: number, at: number): Reason | null {
    const asked = this.reads.get(op);
    if (asked?.at !== null || asked.newest.e === null || asked.newest.revision <= at) return null;
    const { process, timeUs, op: by } = asked.newest.e;
    const told = `told of revision ${asked.newest.revision} ${when(timeUs)}`;
    return { sentence: `Process ${process} was ${told}.`, op: by };
  }

  /** Why what a read asked for is not to come: it had come before it began. */
  whyNotFuture(op: number): Reason | null {
    const { at, newest } = this.reads.get(op) ?? { at: null, newest: nothing };
    if (newest.e === null || at === null || at > newest.revision) return null;
    const { process, timeUs } = newest.e;
    const sentence = `Process ${process} was told of revision ${newest.revision} ${when(timeUs)}.`;
    return { sentence, op: newest.e.op };
  }

  private read(e: OperationEvent): void {
    if (e.type !== 'invoke') return;
    const range = e.f === 'list' ? rangeOf(e.value) : null;
    const at = e.f === 'list' ? (range?.revision ?? null) : e.value;
    if (typeof at !== 'number' && at !== null) return;
    // What may be old says nothing.
    if (at === null && (range?.consistency ?? 'consistent') !== 'consistent') return;
    const { forgotten, newest } = this;
    this.reads.set(e.op, { at, forgotten, newest });
  }

  private compaction(e: OperationEvent): void {
    if (typeof e.value !== 'number') return;
    if (e.type === 'invoke') this.possible.set(e.op, e.value);
    else if (e.type === 'fail') this.possible.delete(e.op);
    else if (e.type === 'ok' && e.value > this.forgotten.revision) {
      this.forgotten = { revision: e.value, e };
    }
  }
}
