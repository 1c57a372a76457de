/**
 * Linearizability of a FIFO queue in which each value is enqueued once, in O(n log n).
 *
 * What can be wrong (Henzinger, Sezgin, Vafeiadis, "Aspect-oriented linearizability proofs", 2013,
 * section 4): a value that was never enqueued, or not yet; one that is dequeued twice; two that are
 * dequeued in the other order than they were enqueued in; a queue found empty that cannot have been.
 * When nothing is wrong the order is built, so that it can be replayed.
 */
import { firstWhere } from '../bisect.ts';
import { canonical } from '../canonical.ts';
import { isCompleted, never, type Op } from '../operations.ts';
import { type Item, orderItems } from './queue-order.ts';

/**
 * A linearization; null: there is none; undefined: a value is enqueued twice, or it is not told who
 * dequeued what and the first guess did not fit.
 */
export function orderQueue(ops: readonly Op[]): readonly Op[] | null | undefined {
  const found = sortOut(ops);
  if (found === null || found === undefined) return found;
  const { empties } = found;
  const items = assign(found);
  if (items === null || isCrossed(items)) return null;
  const spans = busySpans(items);
  const isFull = empties.some((e) => endOfSpan(spans, e.call) > e.ret);
  // Somebody else may have dequeued what was in the way.
  if (isFull) return found.open.length > 0 ? undefined : null;
  return orderItems(items, empties);
}

interface Found {
  readonly items: readonly Item[];
  /** Dequeues that found nothing. */
  readonly empties: readonly Op[];
  /** Dequeues that did not return: each may have taken a value. */
  readonly open: readonly Op[];
}

function sortOut(ops: readonly Op[]): Found | null | undefined {
  const enqueues = new Map<string, Op>();
  for (const op of ops) {
    if (op.f !== 'enqueue') continue;
    const value = canonical(op.input);
    if (enqueues.has(value)) return undefined;
    enqueues.set(value, op);
  }
  const dequeues = new Map<string, Op>();
  const empties: Op[] = [];
  const open: Op[] = [];
  for (const op of ops) {
    if (op.f === 'enqueue') continue;
    const value = canonical(op.output);
    if (!isCompleted(op)) open.push(op);
    else if (op.output === null) empties.push(op);
    else if (dequeues.has(value)) return null;
    else dequeues.set(value, op);
  }
  const items: Item[] = [];
  for (const [value, enqueue] of enqueues) {
    const dequeue = dequeues.get(value) ?? null;
    dequeues.delete(value);
    if (dequeue !== null && dequeue.ret < enqueue.call) return null;
    // What did not return and was not seen need not have happened.
    if (dequeue !== null || isCompleted(enqueue)) items.push({ enqueue, dequeue });
  }
  return dequeues.size > 0 ? null : { items, empties, open };
}

/**
 * A value that was enqueued before one that was dequeued, or before a moment at which the queue was
 * empty, must have been dequeued too: by one that did not return. The most urgent gets the one that
 * was called first. Null: there are not enough of these in time.
 */
function assign({ items, empties, open }: Found): readonly Item[] | null {
  const taken = items.flatMap(({ enqueue, dequeue }) =>
    dequeue === null ? [] : [{ call: enqueue.call, ret: dequeue.ret }],
  );
  const dueAfter = earliestFrom([...taken, ...empties]);
  const left = items.flatMap((item) => {
    const due = item.dequeue === null ? dueAfter(item.enqueue.ret) : Infinity;
    return due === Infinity ? [] : [{ item, due }];
  });
  left.sort((a, b) => a.due - b.due);
  const byCall = [...open].sort((a, b) => a.call - b.call);
  const by = new Map<Item, Op>();
  for (let i = 0; i < left.length; i++) {
    const { item, due } = left[i] as { item: Item; due: number };
    const dequeue = byCall[i];
    if (dequeue === undefined || dequeue.call > due) return null;
    by.set(item, dequeue);
  }
  return items.map((item) => {
    const dequeue = by.get(item);
    return dequeue === undefined ? item : { ...item, dequeue };
  });
}

/** By a position: the earliest return among those called after it. */
function earliestFrom(
  of: readonly { readonly call: number; readonly ret: number }[],
): (position: number) => number {
  const byCall = [...of].sort((a, b) => a.call - b.call);
  const least = new Float64Array(byCall.length + 1).fill(Infinity);
  for (let i = byCall.length - 1; i >= 0; i--) {
    least[i] = Math.min(byCall[i]?.ret ?? Infinity, least[i + 1] as number);
  }
  return (position) =>
    least[firstWhere(byCall.length, (i) => (byCall[i]?.call ?? 0) > position)] as number;
}

/** Is there a value that was enqueued before another, but dequeued after it or never? */
function isCrossed(items: readonly Item[]): boolean {
  const byCall = [...items].sort((a, b) => a.enqueue.call - b.enqueue.call);
  const byReturn = [...items].sort((a, b) => a.enqueue.ret - b.enqueue.ret);
  let latest = -1;
  let next = 0;
  return byCall.some(({ enqueue, dequeue }) => {
    for (; next < byReturn.length; next++) {
      const before = byReturn[next] as Item;
      if (before.enqueue.ret > enqueue.call) break;
      latest = Math.max(latest, before.dequeue?.call ?? never);
    }
    return dequeue !== null && dequeue.ret < latest;
  });
}

/** From the first return of a value's operations to the last call of one. */
function spanOf({ enqueue, dequeue }: Item): { from: number; until: number } {
  return {
    from: Math.min(enqueue.ret, dequeue?.ret ?? never),
    until: Math.max(enqueue.call, dequeue?.call ?? never),
  };
}

/**
 * Spans of values, joined where they overlap. If one operation of a value has returned before another
 * value's is called, the former value belongs before what the latter stands before; so whoever sees
 * an empty queue must see it outside of all joined spans.
 */
function busySpans(items: readonly Item[]): { from: number; until: number }[] {
  const spans = items.map(spanOf).sort((a, b) => a.from - b.from);
  const joined: { from: number; until: number }[] = [];
  for (const { from, until } of spans) {
    const last = joined.at(-1);
    if (last !== undefined && from < last.until) last.until = Math.max(last.until, until);
    else joined.push({ from, until });
  }
  return joined;
}

/** Where the span ends that `position` is in; `position` itself when it is in none. */
function endOfSpan(spans: readonly { from: number; until: number }[], position: number): number {
  const next = firstWhere(spans.length, (i) => (spans[i]?.from ?? never) >= position);
  return Math.max(position, spans[next - 1]?.until ?? -1);
}
