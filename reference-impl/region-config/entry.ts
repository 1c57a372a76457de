/**
 * A value of one key with its version vector, and what becomes of two that meet.
 *
 * The vector tells whether one was written with knowledge of the other, or both without: a conflict. Which of two
 * values is kept the stamp decides, a Lamport clock and its writer: it grows along knowledge, so that what
 * was written later with knowledge always stays, and of a conflict everybody keeps the same.
 */
import type { Json, NodeId } from '../../harness/core/host.ts';
import { hashJson } from '../../harness/core/prng.ts';

export interface Entry {
  readonly value: Json;
  /**
   * A tombstone: the key is gone since this version. Without it a copy that missed the deletion would bring the key back
   * to all others, so it is kept for good, or until all of them are known to have it (`settling.ts`).
   */
  readonly isDeleted?: true;
  /** Larger than every one that the writer had seen. */
  readonly stamp: number;
  readonly writer: NodeId;
  /** How many of each writer's changes of this key are in it, by writer, ascending. */
  readonly vector: readonly (readonly [writer: NodeId, changes: number])[];
}

export type Version = Pick<Entry, 'stamp' | 'writer'>;

export type Order = 'same' | 'before' | 'after' | 'conflict';

/** How `a` stands to `b`, by their vectors. */
export function orderOf(a: Entry, b: Entry): Order {
  const isBehind = lacks(a, b);
  const isAhead = lacks(b, a);
  if (isBehind) return isAhead ? 'conflict' : 'before';
  return isAhead ? 'after' : 'same';
}

/** Is `a` kept where `b` is the other? The same answer everywhere, whatever came first. */
export function isKept(a: Entry, b: Entry): boolean {
  return isAtLeast(a, b);
}

/** Is `a` the same version as `b`, or one that outweighs it? */
export function isAtLeast(a: Version, b: Version): boolean {
  return a.stamp !== b.stamp ? a.stamp > b.stamp : a.writer >= b.writer;
}

/** The value of `kept`, with what both knew. */
export function joined(kept: Entry, other: Entry): Entry {
  const all = new Map(other.vector);
  for (const [writer, n] of kept.vector) all.set(writer, Math.max(n, all.get(writer) ?? 0));
  return { ...kept, vector: sorted(all) };
}

/**
 * The next change of a key by `writer`, who has seen stamps up to `seen`. `value` undefined: it is deleted. `forgotten`: at
 * least as many of its changes of this key it may have forgotten; who has not would take the next one for an older one.
 */
export function changed(
  held: Entry | null,
  {
    value,
    writer,
    seen,
    forgotten = 0,
  }: {
    readonly value: Json | undefined;
    readonly writer: NodeId;
    readonly seen: number;
    readonly forgotten?: number;
  },
): Entry {
  const all = new Map(held?.vector ?? []);
  all.set(writer, Math.max(all.get(writer) ?? 0, forgotten) + 1);
  const version = { stamp: seen + 1, writer, vector: sorted(all) };
  return value === undefined ? { value: null, isDeleted: true, ...version } : { value, ...version };
}

/** By all of it but the value: a stamp and its writer have one. */
export function hashOfVersion(key: string, { stamp, writer, vector }: Entry): number {
  return hashJson([key, stamp, writer, vector as Json]);
}

/** Does `b` know a change that `a` does not? */
function lacks(a: Entry, b: Entry): boolean {
  const known = new Map(a.vector);
  return b.vector.some(([writer, n]) => n > (known.get(writer) ?? 0));
}

function sorted(all: ReadonlyMap<NodeId, number>): Entry['vector'] {
  return [...all].sort(([a], [b]) => a - b);
}
