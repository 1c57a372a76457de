/**
 * One part of a history in columns, for the search: who returns when, who is called before that, and
 * which recycled slot each operation holds while it is in flight.
 */
import { never, type Op } from '../operations.ts';

export interface Columns {
  /** Completed operations (indices into the part's list) in order of their returns. */
  readonly returns: Int32Array;
  /** For each return: how many operations were called before it. One more entry: all of them. */
  readonly calledBefore: Int32Array;
  /** A completed operation's slot; one that never returns: its rank among those. */
  readonly slot: Int32Array;
  /** Who held the slot before; -1: nobody. */
  readonly formerHolder: Int32Array;
  /** How many slots there are: the greatest number of completed operations in flight at once. */
  readonly slots: number;
  /** Operations that never returned, in order of their calls. */
  readonly crashed: Int32Array;
  /** For each return: how many of the crashed ones were called before it; one more entry: all. */
  readonly crashedBefore: Int32Array;
}

/** `ops` in order of their calls. */
export function columnsOf(ops: readonly Op[]): Columns {
  const n = ops.length;
  const completed: number[] = [];
  const crashed: number[] = [];
  for (let i = 0; i < n; i++) ((ops[i] as Op).ret === never ? crashed : completed).push(i);
  completed.sort((a, b) => (ops[a] as Op).ret - (ops[b] as Op).ret);
  const returns = Int32Array.from(completed);
  const calledBefore = new Int32Array(returns.length + 1);
  const crashedBefore = new Int32Array(returns.length + 1);
  const slot = new Int32Array(n);
  const formerHolder = new Int32Array(n).fill(-1);
  const holder: number[] = [];
  const free: number[] = [];
  let called = 0;
  let rank = 0;
  const callOne = (): void => {
    const op = ops[called] as Op;
    if (op.ret === never) slot[called] = rank++;
    else {
      const s = free.pop() ?? holder.length;
      slot[called] = s;
      formerHolder[called] = holder[s] ?? -1;
      holder[s] = called;
    }
    called += 1;
  };
  for (let r = 0; r < returns.length; r++) {
    const i = returns[r] as number;
    while (called < n && (ops[called] as Op).call < (ops[i] as Op).ret) callOne();
    calledBefore[r] = called;
    crashedBefore[r] = rank;
    free.push(slot[i] as number);
  }
  while (called < n) callOne();
  calledBefore[returns.length] = called;
  crashedBefore[returns.length] = rank;
  return {
    returns,
    calledBefore,
    slot,
    formerHolder,
    slots: holder.length,
    crashed: Int32Array.from(crashed),
    crashedBefore,
  };
}
