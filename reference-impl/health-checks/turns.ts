/** Who is checked in a round when there are more than one round may check. */
import type { NodeId } from '../../harness/core/host.ts';

/** Instances of one round. */
export const checkedMax = 16;

/** The last that was picked in each turn; -1: none. */
export interface Turns {
  all: NodeId;
  doubtful: NodeId;
}

interface Picked {
  /** All in turn, so that they stand for all. */
  readonly inTurn: readonly NodeId[];
  /** Some more of those in doubt, in turn. */
  readonly extra: readonly NodeId[];
}

/**
 * All of `all` (ascending) when they are few; else some of them, at most half of the round because they
 * are among `doubtful`. Moves `turns` on.
 */
export function pickChecked(
  all: readonly NodeId[],
  doubtful: readonly NodeId[],
  turns: Turns,
): Picked {
  if (all.length <= checkedMax) return { inTurn: all, extra: [] };
  const extraMax = Math.min(doubtful.length, checkedMax / 2);
  const inTurn = after(all, turns.all, checkedMax - extraMax);
  const others = doubtful.filter((i) => !inTurn.includes(i)).sort((a, b) => a - b);
  const extra = after(others, turns.doubtful, extraMax);
  turns.all = inTurn.at(-1) ?? -1;
  turns.doubtful = extra.at(-1) ?? turns.doubtful;
  return { inTurn, extra };
}

/** Up to `count` that come after `last`, round and round. */
function after(all: readonly NodeId[], last: NodeId, count: number): readonly NodeId[] {
  const at = all.findIndex((i) => i > last);
  const from = at < 0 ? 0 : at;
  const first = all.slice(from, from + count);
  return [...first, ...all.slice(0, Math.min(from, count - first.length))];
}
