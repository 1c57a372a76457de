/** What a peer says of the leases that it holds. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'eureka-lease': EurekaLeaseObservation;
    readonly 'eureka-turn': EurekaTurnObservation;
  }
}

/** It registered, renewed, or is gone: `cancelled` by itself, `evicted` by this peer. */
export interface EurekaLeaseObservation {
  readonly kind: 'eureka-lease';
  readonly change: 'registered' | 'renewed' | 'cancelled' | 'evicted';
  /** `APP/id`. */
  readonly instance: string;
  /** When it said so, µs by its own clock: of a goodbye the word that it takes back. */
  readonly saidUs: number;
}

/** A turn of eviction begins; what it evicts is told after this. */
export interface EurekaTurnObservation {
  readonly kind: 'eureka-turn';
  /** Does the peer take what is missing for a fault of the network? */
  readonly isPreserving: boolean;
  readonly held: number;
  /** In the last window, and of those that would be expected. */
  readonly renewals: number;
}
