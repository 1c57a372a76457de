/** Puts the operations of a FIFO queue in order, when nothing in them speaks against it (`queues.ts`). */
import { never, type Op } from '../operations.ts';

/** A value of the queue: who put it in, and who took it out. */
export interface Item {
  readonly enqueue: Op;
  /** Null: it is still in the queue. */
  readonly dequeue: Op | null;
}

/** A linearization; undefined where none was found. `empties` are dequeues of an empty queue. */
export function orderItems(items: readonly Item[], empties: readonly Op[]): Op[] | undefined {
  const inOrder = orderValues(items);
  return inOrder === undefined ? undefined : schedule(inOrder, empties);
}

/** What is never dequeued is dequeued after all others. */
function dequeueCall({ dequeue }: Item): number {
  return dequeue?.call ?? never;
}

function dequeueReturn({ dequeue }: Item): number {
  return dequeue?.ret ?? never + 1;
}

/**
 * Values so that none stands after one whose enqueue was called after its own had returned, and
 * likewise for dequeues: again and again those are taken that nobody left has to precede.
 */
function orderValues(items: readonly Item[]): Item[] | undefined {
  const order: Item[] = [];
  for (const group of groups(items)) {
    const enqueued = new Front(
      group,
      (i) => i.enqueue.call,
      (i) => i.enqueue.ret,
    );
    const dequeued = new Front(group, dequeueCall, dequeueReturn);
    const half = new Set<Item>();
    const taken = new Set<Item>();
    while (taken.size < group.length) {
      const next = [...enqueued.advance(taken), ...dequeued.advance(taken)];
      if (next.length === 0) return undefined;
      for (const item of next) {
        if (!half.has(item)) half.add(item);
        else {
          taken.add(item);
          order.push(item);
        }
      }
    }
  }
  return order;
}

/** Values between two moments at which the queue can have been empty belong together. */
function groups(items: readonly Item[]): Item[][] {
  const first = (i: Item): number => Math.min(i.enqueue.ret, dequeueReturn(i));
  const last = (i: Item): number => Math.max(i.enqueue.call, dequeueCall(i));
  const sorted = [...items].sort((a, b) => first(a) - first(b));
  const all: Item[][] = [];
  let until = -1;
  for (const item of sorted) {
    if (first(item) < until) all.at(-1)?.push(item);
    else all.push([item]);
    until = Math.max(until, last(item));
  }
  return all;
}

/** The values whose enqueue (or dequeue) was called before any of the others' had returned. */
class Front {
  private readonly byCall: readonly Item[];
  private readonly byReturn: readonly Item[];
  private readonly call: (i: Item) => number;
  private readonly ret: (i: Item) => number;
  private called = 0;
  private returned = 0;

  constructor(items: readonly Item[], call: (i: Item) => number, ret: (i: Item) => number) {
    this.call = call;
    this.ret = ret;
    this.byCall = [...items].sort((a, b) => call(a) - call(b));
    this.byReturn = [...items].sort((a, b) => ret(a) - ret(b));
  }

  /** Those that belong to it by now and did not before; `taken` no longer hold anybody up. */
  advance(taken: ReadonlySet<Item>): Item[] {
    while (
      this.returned < this.byReturn.length &&
      taken.has(this.byReturn[this.returned] as Item)
    ) {
      this.returned += 1;
    }
    const earliest = this.byReturn[this.returned];
    const until = earliest === undefined ? Infinity : this.ret(earliest);
    const fresh: Item[] = [];
    for (; this.called < this.byCall.length; this.called++) {
      const item = this.byCall[this.called] as Item;
      if (this.call(item) >= until) break;
      fresh.push(item);
    }
    return fresh;
  }
}

/**
 * Operations in time: dequeues as early as they may, looks at an empty queue as soon as it is empty,
 * enqueues only when a return forces one.
 */
function schedule(items: readonly Item[], empties: readonly Op[]): Op[] | undefined {
  const looks = [...empties].sort((a, b) => a.call - b.call);
  const dequeues = items.flatMap((i) => i.dequeue ?? []);
  const enqueues = items.map((i) => i.enqueue);
  const byReturn = [...enqueues, ...dequeues, ...looks].sort((a, b) => a.ret - b.ret);
  const isLook = new Set(looks);
  const placed = new Set<Op>();
  let [e, d, l] = [0, 0, 0];
  for (const forced of byReturn) {
    const mayStand = (op: Op | undefined): op is Op => op !== undefined && op.call < forced.ret;
    while (!placed.has(forced)) {
      const [enqueue, dequeue, look] = [enqueues[e], dequeues[d], looks[l]];
      if (d < e && mayStand(dequeue)) placed.add(dequeues[d++] as Op);
      else if (d === e && mayStand(look)) placed.add(looks[l++] as Op);
      else if (!isLook.has(forced) && mayStand(enqueue)) placed.add(enqueues[e++] as Op);
      else return undefined;
    }
  }
  return [...placed];
}
