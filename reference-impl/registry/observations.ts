/** What the registry says of its leases. */
import type { InstanceId } from '../store/asked.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly lease: LeaseObservation;
  }
}

/** The registry granted, renewed, ended or expired the lease of an instance (seen by the leader). */
export interface LeaseObservation {
  readonly kind: 'lease';
  readonly change: 'registered' | 'renewed' | 'deregistered' | 'expired';
  readonly service: string;
  /** A number is a node of the cluster. */
  readonly instance: InstanceId;
  readonly ttlUs: number;
  readonly revision: number;
}
