/** Ascending lists of instances: what a change costs is the change, and one copy of the list. */
import type { NodeId } from '../../harness/core/host.ts';

export interface ListChange {
  readonly instances: readonly NodeId[];
  readonly added: readonly NodeId[];
  readonly removed: readonly NodeId[];
}

/** What became of `before` where only `touched` may have come or gone; now it is what `isHeld`. */
export function changedBy(
  before: readonly NodeId[],
  touched: ReadonlySet<NodeId>,
  isHeld: (instance: NodeId) => boolean,
): ListChange {
  const added: NodeId[] = [];
  const removed: NodeId[] = [];
  for (const i of ascending(touched)) {
    const was = before[placeOf(i, before)] === i;
    if (isHeld(i) !== was) (was ? removed : added).push(i);
  }
  if (added.length + removed.length === 0) return { instances: before, added, removed };
  const instances: NodeId[] = [];
  let nextAdded = 0;
  let nextRemoved = 0;
  for (const i of before) {
    while (nextAdded < added.length && (added[nextAdded] as NodeId) < i) {
      instances.push(added[nextAdded++] as NodeId);
    }
    if (removed[nextRemoved] === i) nextRemoved += 1;
    else instances.push(i);
  }
  while (nextAdded < added.length) instances.push(added[nextAdded++] as NodeId);
  return { instances, added, removed };
}

/** What became of `before`, which is now `instances`. */
export function changedTo(before: readonly NodeId[], instances: readonly NodeId[]): ListChange {
  const added = missingFrom(before, instances);
  return { instances, added, removed: missingFrom(instances, before) };
}

/** Numbers alone: several times as fast as with a comparison. */
export function ascending(instances: Iterable<NodeId>): NodeId[] {
  return [...Uint32Array.from(instances).sort()];
}

/** Where `i` is, or belongs. */
function placeOf(i: NodeId, all: readonly NodeId[]): number {
  let low = 0;
  let high = all.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((all[middle] as NodeId) < i) low = middle + 1;
    else high = middle;
  }
  return low;
}

/** Those of `all` that `held` lacks; both ascending. */
function missingFrom(held: readonly NodeId[], all: readonly NodeId[]): NodeId[] {
  let at = 0;
  return all.filter((x) => {
    while (at < held.length && (held[at] as NodeId) < x) at += 1;
    return held[at] !== x;
  });
}
