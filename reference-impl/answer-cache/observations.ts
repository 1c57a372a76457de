/** What a caller says of the answers that it keeps. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly kept: KeptObservation;
  }
}

/** One call was answered from memory: because the answer was fresh, or in the place of a call that failed. */
export interface KeptObservation {
  readonly kind: 'kept';
  readonly service: string;
  readonly key: string;
  readonly why: 'fresh' | 'stands-in';
  /** As it was told to who wanted it, µs. */
  readonly ageUs: number;
  /** By this node's monotonic clock. */
  readonly atUs: number;
}
