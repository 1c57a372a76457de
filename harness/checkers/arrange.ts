/**
 * Puts blocks of operations in order (Gibbons & Korach, "Testing shared memories", 1997, section 4). A
 * block stands together and has one inner order. Block A must stand before B when an operation of A
 * returned before one of B was called: f(A) < s(B), f the first return and s the last call. Such an
 * order has a cycle only if two blocks are each before the other. (Of a longer cycle take the block
 * with the smallest f: it is before all the others, and one of them is before it.)
 */
import type { Op } from './operations.ts';

interface Block {
  readonly ops: readonly Op[];
  readonly firstReturn: number;
  readonly lastCall: number;
}

/**
 * The operations of all blocks in an order that agrees with real time, `first` before all others; or
 * null when there is none. In O(n log n).
 */
export function arrange(
  first: readonly Op[],
  others: readonly (readonly Op[])[],
): readonly Op[] | null {
  const head = blockOf(first);
  if (head === null) return null;
  const blocks: Block[] = [{ ...head, firstReturn: -1 }];
  for (const ops of others) {
    const block = blockOf(ops);
    if (block === null) return null;
    blocks.push(block);
  }
  if (!areApart(blocks)) return null;
  blocks.sort((a, b) => begin(a) - begin(b));
  return blocks.flatMap((b) => b.ops);
}

/** Null when an operation returned before one that stands earlier in the block was called. */
function blockOf(ops: readonly Op[]): Block | null {
  let firstReturn = Infinity;
  let lastCall = -1;
  for (const op of ops) {
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
