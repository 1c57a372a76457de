/** What a caller says of how far its intent was met. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly matched: MatchedObservation;
  }
}

/**
 * How the instances of `service` for the next calls were found, said when it changes. `met`: by what they have shown,
 * or they are being tried; `relaxed`: none of them shows what is wanted, and gossip doubts none; `blind`: all of the list.
 */
export interface MatchedObservation {
  readonly kind: 'matched';
  readonly service: string;
  readonly level: 'met' | 'relaxed' | 'blind';
}
