/** The small decisions of copying the log, each pure: the leader's and the follower's. A mutant replaces one of them. */

interface Place {
  /** Entries of the message that are in the log already. */
  readonly known: number;
  /** Index after which the others go; what was there is dropped. */
  readonly after: number;
}

interface PlaceFacts {
  /** The message: entries after `prevIndex`, so many, of which so many agree with the log. */
  readonly prevIndex: number;
  readonly entries: number;
  readonly known: number;
  /** The log: its first entry (those before are in a snapshot) and its last one. */
  readonly first: number;
  readonly lastIndex: number;
}

interface RefusalFacts {
  /** How far the follower's log agrees for sure. */
  readonly match: number;
  /** The place that it refused, and the last one before that may agree. */
  readonly refused: number;
  readonly shared: number;
}

export interface CopyRules {
  /** Follower: how far it has committed, when the leader tells `told` and the logs agree up to `agreed`. */
  commitOf(f: {
    readonly own: number;
    readonly told: number;
    readonly agreed: number;
    readonly lastIndex: number;
  }): number;
  /** Follower: where the entries of a message go; null: nothing is new. */
  placeOf(f: PlaceFacts): Place | null;
  /** Follower: how far it says that the logs agree. */
  agreedUpTo(agreed: number, entries: number): number;
  /** Leader: how far a follower's log agrees, when it says `told`. */
  matchOf(own: number, told: number): number;
  /** Leader: the entry that goes next to a follower whose log agrees up to `match`. */
  nextOf(next: number, match: number): number;
  /** Leader: did this refusal overtake an answer, or come late? Then it says nothing. */
  isStaleRefusal(f: RefusalFacts): boolean;
  /** Leader: the entry that goes next to a follower that refused. */
  nextAfterRefusal(f: RefusalFacts): number;
  /** Leader: does what is sent to a follower that refused carry entries? */
  retryCarries(): boolean;
  /** Leader: the commit index told to a follower whose log it knows nothing of. */
  commitToldToUnknown(commit: number): number;
  /** Is an answer heard that was given in `term`, by who is in the term `own`? */
  countsAnswer(term: number, own: number): boolean;
  /** The term of a server that took a snapshot whose last entry is of `snapshotTerm`. */
  termAfterSnapshot(own: number, snapshotTerm: number): number;
}

export const copyRules: CopyRules = {
  // Only what agrees; and a new leader may know less than it (§5.3; figure 2: it increases monotonically).
  commitOf: (f) => Math.max(f.own, Math.min(f.told, f.agreed)),
  // An old message that is late drops nothing: only a conflict does (§5.3).
  placeOf: (f) => (f.known === f.entries ? null : { known: f.known, after: f.prevIndex + f.known }),
  agreedUpTo: (agreed) => agreed,
  // Answers may overtake each other; the log of a follower only grows within a term.
  matchOf: (own, told) => Math.max(own, told),
  nextOf: (next, match) => Math.max(next, match + 1),
  isStaleRefusal: (f) => f.refused <= f.match,
  // Back by a term at a time (end of §5.3), but not behind what agrees.
  nextAfterRefusal: (f) => Math.max(f.match, Math.min(f.shared, f.refused - 1)) + 1,
  retryCarries: () => true,
  // An empty log agrees with everything and must commit nothing of its own.
  commitToldToUnknown: () => 0,
  countsAnswer: (term, own) => term === own,
  // Entries are older than the term in which they are copied.
  termAfterSnapshot: (own) => own,
};
