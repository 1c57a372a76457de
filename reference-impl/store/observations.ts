/** What a server says of its replicated state. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly state: StateObservation;
  }
}

/**
 * Every so many entries: after entry `index` all tables together have this hash, whatever came to be
 * from entries and whatever from a snapshot. A state of very many rows says nothing.
 */
export interface StateObservation {
  readonly kind: 'state';
  readonly index: number;
  readonly hash: number;
}
