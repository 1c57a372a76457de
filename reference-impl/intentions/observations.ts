/** What an instance says of whom it lets in. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly intention: IntentionObservation;
  }
}
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: `SOURCE → DESTINATION`. */
    readonly authorization: { readonly isAllowed: boolean; readonly revision: number };
  }
}

/**
 * Calls of `source` are let in, or not: said when that changes, and of a denial once a second. `rule`: an intention
 * says so; `default`: none does; `old`: what is known of them has not been confirmed for too long.
 */
export interface IntentionObservation {
  readonly kind: 'intention';
  /** A service; `outside`: who is no instance of any. */
  readonly source: string;
  readonly isAllowed: boolean;
  readonly because: 'rule' | 'default' | 'old';
  /** Of the intention; 0 where none decided. */
  readonly revision: number;
}
