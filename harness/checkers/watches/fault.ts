/** What watches guarantee, and what contradicts it. */

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
