/**
 * The operation `watch`: one bounded watch of every key that begins with the operation's key.
 *
 * It is opened right after a revision, collects what is pushed, and ends by itself. Watches of one
 * client follow on one another, as a client's do after its stream broke: each begins where the one
 * before it was told up to. Clients, adapters and judges share these shapes; all of them are JSON.
 */
import type { Json } from './host.ts';

/** The argument of a watch. */
export interface WatchRequest {
  /** How long it collects, µs; shorter than the operation's deadline. */
  readonly forUs: number;
  /**
   * Changes after this revision are wanted; null: from the present of whoever is asked. `$last` in a
   * program stands for where this client's last watch of the same prefix ended, null before the first.
   */
  readonly after: number | null;
}

/** What a watch that was opened was told, in order of receipt. */
export interface WatchResult {
  /** It watched from right after this revision: the one asked for, or what the system called present. */
  readonly after: number;
  readonly batches: readonly WatchBatch[];
}

/** What came in one piece. Without events it is a bookmark (etcd: a progress notification). */
export interface WatchBatch {
  /** Every change up to and including this revision that the watch wants has been told by now. */
  readonly revision: number;
  readonly events: readonly WatchedChange[];
}

/** One change of one key. */
export interface WatchedChange {
  readonly key: string;
  /** Null: the key was deleted. */
  readonly value: Json;
  readonly revision: number;
  /** What the key held before; null: nothing. Absent: the system did not say. */
  readonly previous?: { readonly value: Json; readonly revision: number } | null;
  /** Does the system call it a creation? Absent: it did not say. */
  readonly isCreate?: boolean;
}

/** The revision to resume from: all up to here was told, even if a server that lags says less. */
export function toldUpTo({ after, batches }: WatchResult): number {
  return Math.max(after, batches.at(-1)?.revision ?? after);
}
