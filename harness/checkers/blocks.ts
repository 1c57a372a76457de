/**
 * Linearizability of a cell whose every value is set at most once, in O(n log n) (Gibbons & Korach,
 * "Testing shared memories", 1997, section 4, with compare-and-set added).
 *
 * A value's setter and readers stand together, and an operation that needs one value and sets another
 * follows at once: chained values form one block with a fixed inner order. Block A must stand before
 * B when an operation of A returned before one of B was called: f(A) < s(B), f the first return and s
 * the last call. Such an order has a cycle only if two blocks are each before the other. (Of a longer
 * cycle take the block with the smallest f: it is before all the others, and one is before it.)
 */
import type { CellTable } from './machine.ts';
import { isCompleted, type Op } from './operations.ts';

interface Block {
  /** Operations by index, in the one order they can have. */
  readonly ops: readonly number[];
  readonly firstReturn: number;
  readonly lastCall: number;
}

/** A linearization; or null: there is none; or undefined: some value is set twice. */
export function orderByBlocks(t: CellTable): readonly number[] | null | undefined {
  const setter = settersOf(t);
  if (setter === undefined) return undefined;
  const isNeeded = neededOps(t, setter);
  if (isNeeded === null) return null;
  const blocks = blocksOf(t, setter, isNeeded);
  if (blocks === null || !areApart(blocks)) return null;
  blocks.sort((a, b) => begin(a) - begin(b));
  return blocks.flatMap((b) => b.ops);
}

/** By value: the operation that sets it, or -1. */
function settersOf(t: CellTable): Int32Array | undefined {
  const setter = new Int32Array(t.values).fill(-1);
  for (let i = 0; i < t.ops.length; i++) {
    const set = t.sets[i] as number;
    if (set < 0) continue;
    if (set === t.initial || (setter[set] as number) >= 0) return undefined;
    setter[set] = i;
  }
  return setter;
}

/** Those that completed, and those that must have happened because of them. Null: a value from nowhere. */
function neededOps(t: CellTable, setter: Int32Array): Uint8Array | null {
  const isNeeded = new Uint8Array(t.ops.length);
  for (let i = 0; i < t.ops.length; i++) {
    if (!isCompleted(t.ops[i] as Op)) continue;
    for (let at = i; at >= 0 && isNeeded[at] === 0;) {
      isNeeded[at] = 1;
      const need = t.needs[at] as number;
      if (need < 0 || need === t.initial) break;
      at = setter[need] as number;
      if (at < 0) return null;
    }
  }
  return isNeeded;
}

/** Null when a value is taken further twice, or an operation returned before what it rests on began. */
function blocksOf(t: CellTable, setter: Int32Array, isNeeded: Uint8Array): Block[] | null {
  const readers: number[][] = Array.from({ length: t.values }, () => []);
  const taker = new Int32Array(t.values).fill(-1);
  const heads: number[] = [t.initial];
  const free: number[] = [];
  let placed = 0;
  for (let i = 0; i < t.ops.length; i++) {
    if (isNeeded[i] === 0) continue;
    const [need, set] = [t.needs[i] as number, t.sets[i] as number];
    placed += 1;
    if (need < 0) {
      if (set < 0) free.push(i);
      else heads.push(set);
    } else if (set < 0) (readers[need] as number[]).push(i);
    else if ((taker[need] as number) >= 0) return null;
    else taker[need] = i;
  }
  const blocks: Block[] = free.map((i) => blockOf(t, [i]) as Block);
  for (const head of heads) {
    const ops = head === t.initial ? [] : [setter[head] as number];
    for (let value = head; ;) {
      ops.push(...(readers[value] as number[]));
      const next = taker[value] as number;
      if (next < 0) break;
      ops.push(next);
      value = t.sets[next] as number;
    }
    placed -= ops.length;
    const block = blockOf(t, ops);
    if (block === null) return null;
    blocks.push(head === t.initial ? { ...block, firstReturn: -1 } : block);
  }
  // What is left over is a ring of compare-and-sets that nothing started.
  return placed === free.length ? blocks : null;
}

/** `ops` in order of call among readers of one value. */
function blockOf(t: CellTable, ops: readonly number[]): Block | null {
  let firstReturn = Infinity;
  let lastCall = -1;
  for (const i of ops) {
    const op = t.ops[i] as Op;
    if (op.ret < lastCall) return null;
    firstReturn = Math.min(firstReturn, op.ret);
    lastCall = Math.max(lastCall, op.call);
  }
  return { ops, firstReturn, lastCall };
}

function begin(b: Block): number {
  return Math.min(b.firstReturn, b.lastCall);
}

/** No two blocks are each before the other. */
function areApart(blocks: readonly Block[]): boolean {
  const forward = blocks.filter((b) => b.firstReturn < b.lastCall);
  forward.sort((a, b) => a.firstReturn - b.firstReturn);
  for (let i = 1; i < forward.length; i++) {
    if ((forward[i] as Block).firstReturn < (forward[i - 1] as Block).lastCall) return false;
  }
  return blocks.every((b) => {
    if (b.firstReturn < b.lastCall) return true;
    const around = lastBefore(forward, b.lastCall);
    return around === undefined || around.lastCall < b.firstReturn;
  });
}

/** The last forward block whose first return is before `position`. */
function lastBefore(forward: readonly Block[], position: number): Block | undefined {
  let [low, high] = [0, forward.length];
  while (low < high) {
    const mid = (low + high) >>> 1;
    if ((forward[mid] as Block).firstReturn < position) low = mid + 1;
    else high = mid;
  }
  return forward[low - 1];
}
