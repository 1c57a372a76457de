/** What a caller says of the instances that it sends no calls for a while. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly ejected: EjectedObservation;
  }
}

/** `instance` gets none of this node's calls of `service` from now until `untilUs`, by its monotonic clock. */
export interface EjectedObservation {
  readonly kind: 'ejected';
  readonly service: string;
  readonly instance: NodeId;
  readonly sinceUs: number;
  readonly untilUs: number;
  /** Failures in a row that it was ejected for. */
  readonly failures: number;
  /** Instances that could be called then, and how many of them are out with it. */
  readonly size: number;
  readonly out: number;
}
