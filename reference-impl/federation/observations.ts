/** What a registry says of its leases, and of the regions that it sees. */
declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'federated-lease': FederatedLeaseObservation;
    readonly 'federated-region': FederatedRegionObservation;
  }
}

/** A lease at this registry began, ended for want of renewals, or was given back. */
export interface FederatedLeaseObservation {
  readonly kind: 'federated-lease';
  readonly change: 'began' | 'ended' | 'left';
  /** The node's name. */
  readonly instance: string;
}

/** From now on this registry sends callers to that region, where no nearer one has what they ask for, or no longer. */
export interface FederatedRegionObservation {
  readonly kind: 'federated-region';
  readonly region: number;
  readonly isAnnounced: boolean;
}
