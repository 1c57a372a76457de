/**
 * Puts blocks of operations in order (Gibbons & Korach, "Testing shared memories", 1997, section 4). A
 * block stands together and has one inner order. Block A must stand before B when an operation of A
 * returned before one of B was called: f(A) < s(B), f the first return and s the last call. Such an
 * order has a cycle only if two blocks are each before the other. (Of a longer cycle take the block
 * with the smallest f: it is before all the others, and one of them is before it.)
 */
import { firstWhere } from '../bisect.ts';
import type { Op } from '../operations.ts';

/** Blocks one after another: block b is `ops[starts[b]]` up to where the next one starts. */
export interface Blocks {
  readonly ops: Op[];
  readonly starts: number[];
}

/**
 * The operations of all blocks in an order that agrees with real time, the first block before all
 * others; or null when there is none. In O(n log n).
 */
export function arrange(blocks: Blocks): readonly Op[] | null {
  const ends = endsOf(blocks);
  if (ends === null || !areApart(ends)) return null;
  const { ops, starts } = blocks;
  const { firstReturn, lastCall } = ends;
  const order: Op[] = [];
  const begin = firstReturn.map((f, b) => Math.min(f, lastCall[b] as number));
  for (const b of sorted(begin)) {
    const until = starts[b + 1] ?? ops.length;
    for (let i = starts[b] as number; i < until; i++) order.push(ops[i] as Op);
  }
  return order;
}

/** By block. */
interface Ends {
  readonly firstReturn: Int32Array;
  readonly lastCall: Int32Array;
}

/** Null when an operation returned before one that stands earlier in its block was called. */
function endsOf({ ops, starts }: Blocks): Ends | null {
  const firstReturn = new Int32Array(starts.length);
  const lastCall = new Int32Array(starts.length);
  for (let b = 0; b < starts.length; b++) {
    let [first, last] = [0x7fffffff, -1];
    const until = starts[b + 1] ?? ops.length;
    for (let i = starts[b] as number; i < until; i++) {
      const { call, ret } = ops[i] as Op;
      if (ret < last) return null;
      if (ret < first) first = ret;
      if (call > last) last = call;
    }
    firstReturn[b] = b === 0 ? -1 : first;
    lastCall[b] = last;
  }
  return { firstReturn, lastCall };
}

/** No two blocks are each before the other. */
function areApart({ firstReturn, lastCall }: Ends): boolean {
  const isForward = (b: number): boolean => (firstReturn[b] as number) < (lastCall[b] as number);
  // Forward blocks in order of their first returns, which do not overlap.
  const from = new Int32Array(firstReturn.length);
  const until = new Int32Array(firstReturn.length);
  let forward = 0;
  for (const b of sorted(firstReturn)) {
    if (!isForward(b)) continue;
    const first = firstReturn[b] as number;
    if (forward > 0 && first < (until[forward - 1] as number)) return false;
    from[forward] = first;
    until[forward++] = lastCall[b] as number;
  }
  for (let b = 0; b < firstReturn.length; b++) {
    if (isForward(b)) continue;
    const last = lastCall[b] as number;
    const around = firstWhere(forward, (i) => (from[i] as number) >= last) - 1;
    if (around >= 0 && (until[around] as number) >= (firstReturn[b] as number)) return false;
  }
  return true;
}

/** Indices of `keys` in ascending order of these, ties by index: key and index in one number each. */
function sorted(keys: Int32Array): Int32Array {
  const n = keys.length;
  const order = new Int32Array(n);
  if (n > indexBase) {
    for (let i = 0; i < n; i++) order[i] = i;
    return order.sort((a, b) => (keys[a] as number) - (keys[b] as number) || a - b);
  }
  const pairs = new Float64Array(n);
  for (let i = 0; i < n; i++) pairs[i] = ((keys[i] as number) + 1) * indexBase + i;
  pairs.sort();
  for (let i = 0; i < n; i++) {
    const pair = pairs[i] as number;
    order[i] = pair - Math.floor(pair / indexBase) * indexBase;
  }
  return order;
}

/** So that a key of 32 bits and an index below it fit into one number. */
const indexBase = 2 ** 21;
