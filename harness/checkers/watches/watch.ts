/** Watches and changes as the checker sees them, and what it finds wrong with them. */
import type { Json } from '../../core/host.ts';
import type { WatchBatch, WatchedChange } from '../../core/watch.ts';
import { canonical } from '../canonical.ts';

/** One watch that was opened. */
export interface Watch {
  /** Id of its operation. */
  readonly op: number;
  readonly process: number;
  readonly prefix: string;
  readonly after: number;
  /** Was `after` asked for? Otherwise the system said where its present was. */
  readonly isResumed: boolean;
  /** In order of receipt. */
  readonly batches: readonly WatchBatch[];
}

/** One change that is known to have happened: a client was told so. */
export interface Change {
  readonly key: string;
  /** Null: the key was deleted. */
  readonly value: Json;
  readonly revision: number;
  /** Who was told, and by which operation. */
  readonly process: number;
  readonly op: number;
  /** By the acknowledgement of its own change, or by a watch. */
  readonly by: 'acknowledgement' | 'watch';
}

/**
 * What a watch guarantees: etcd's list ("KV API guarantees", Watch APIs), *filter*, *previous* and
 * *create* of its robustness tests, and *agreed*: nobody is told something else of the same revision.
 */
export type Guarantee = keyof typeof guarantees;

/** In the order in which they are looked at. */
export const guarantees = {
  filter: 'A watch is told of keys that begin with its prefix and of no others',
  ordered: 'An event never follows one of a later revision',
  unique: 'No event is told twice',
  atomic: 'Everything that one revision changed is told in one batch',
  bookmarkable: 'Whoever is told up to a revision is told nothing of it or before it later',
  resumable: 'A watch that resumes after a revision begins with the first change after it',
  reliable: 'Up to the revision that a watch was told up to, no change is left out',
  agreed: 'All who are told of a key at a revision are told the same',
  previous: 'An event tells what its key held before',
  create: 'An event is called a creation if its key was not there before, and only then',
} as const;

/** Two or three facts that contradict each other. */
export interface WatchFault {
  readonly guarantee: Guarantee;
  readonly sentences: readonly string[];
  /** The operations that were told of them. */
  readonly ops: readonly number[];
}

/** The facts, and the guarantee that does not let all of them be true. */
export function faultOf(
  guarantee: Guarantee,
  facts: readonly string[],
  ops: readonly number[],
): WatchFault {
  const sentences = [...facts, `${guarantees[guarantee]} (${guarantee}).`];
  return { guarantee, sentences, ops: [...new Set(ops)] };
}

/** `process 3's watch of k (operation 12)`. */
export function nameWatch(w: Watch): string {
  const what = w.prefix === '' ? 'everything' : w.prefix;
  return `process ${w.process}'s watch of ${what} (operation ${w.op})`;
}

/** `k1 = 7 at revision 9`, `the removal of k1 at revision 9`. */
export function nameChange(e: Pick<WatchedChange, 'key' | 'value' | 'revision'>): string {
  const text = canonical(e.value);
  const short = text.length <= 60 ? text : `${text.slice(0, 57)}…`;
  const what = e.value === null ? `the removal of ${e.key}` : `${e.key} = ${short}`;
  return `${what} at revision ${e.revision}`;
}

/** `process 2's change to k1 = 7 at revision 9 was acknowledged (operation 5)`. */
export function nameSource(c: Change): string {
  const what = nameChange(c);
  const { process, op } = c;
  if (c.by === 'watch') return `process ${process}'s watch (operation ${op}) was told of ${what}`;
  return `process ${process} got ${what} acknowledged (operation ${op})`;
}
