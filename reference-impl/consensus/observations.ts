/** What a server says of its log. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly applied: AppliedObservation;
  }
  interface RoleObservation {
    /** Of a leader: the last index of the log with which it was elected. */
    readonly lastIndex?: number;
  }
}

/**
 * An entry of `term` was applied here. `hash` covers all entries up to `index`; `currentTerm` is the
 * node's own, in which the entry was committed at the latest.
 */
export interface AppliedObservation {
  readonly kind: 'applied';
  readonly index: number;
  readonly term: number;
  readonly hash: number;
  readonly currentTerm?: number;
}
