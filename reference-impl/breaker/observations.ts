/** What a client says of its circuits. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly circuit: CircuitObservation;
  }
}
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the service. */
    readonly circuit: CircuitState;
  }
}

export type CircuitState = 'closed' | 'open' | 'half-open';

/** A circuit of this client towards `service` changed state. `cause` says why, in words. */
export interface CircuitObservation {
  readonly kind: 'circuit';
  readonly service: string;
  readonly from: CircuitState;
  readonly to: CircuitState;
  readonly cause: string;
  /**
   * The node's mode did it, no call: it is held open from an `open` so marked, which may come when it
   * was open already, until a `half-open` so marked.
   */
  readonly isForced: boolean;
}
