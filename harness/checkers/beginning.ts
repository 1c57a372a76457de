/** Beginnings of histories, and the shortest that is violated. */
import { isCompleted, never, type Op } from './operations.ts';

export interface ShortestBeginning {
  /** The history up to and including this position is violated. */
  readonly position: number;
  /** False when it is not known whether the history before `position` is. */
  readonly isShortest: boolean;
}

/** What was called before or at `position`, and only what had returned by then as completed. */
export function beginningOf(ops: readonly Op[], position: number): Op[] {
  return ops.flatMap((op) => {
    if (op.call > position) return [];
    return [op.ret <= position ? op : relaxed(op)];
  });
}

/** As if it had not returned: it may have happened at any time after its call, or never. */
export function relaxed(op: Op): Op {
  const { id, process, f, key, input, call, callUs } = op;
  return { id, process, f, key, input, output: null, call, ret: never, callUs, retUs: Infinity };
}

/**
 * Bisects over events, for a promise that keeps what it breaks: all that begins like a violated history
 * is violated. Mostly a return shows it; a call does where its value was seen before. `ops` are violated;
 * `isViolatedUpTo` a position may answer null, for not known.
 */
export function shortestBeginning(
  ops: readonly Op[],
  isViolatedUpTo: (position: number) => boolean | null,
): ShortestBeginning {
  const events = ops.flatMap((op) => (isCompleted(op) ? [op.call, op.ret] : [op.call]));
  events.sort((a, b) => a - b);
  let [low, high] = [0, events.length - 1];
  let isShortest = true;
  while (low < high) {
    const mid = (low + high) >>> 1;
    const answer = isViolatedUpTo(events[mid] as number);
    if (answer === true) high = mid;
    else {
      low = mid + 1;
      if (answer === null) isShortest = false;
    }
  }
  return { position: events[low] as number, isShortest };
}
