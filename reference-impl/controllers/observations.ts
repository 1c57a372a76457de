/** What nodes say of pods, and of where callers are sent. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly pod: PodObservation;
    readonly endpoints: EndpointsObservation;
  }
}

/** A pod that callers may be sent to, and where it is. */
export type Endpoint = readonly [pod: string, node: NodeId];

/** A pod of this node runs, by this version of its ConfigMap (0: there is none), or has stopped. */
export interface PodObservation {
  readonly kind: 'pod';
  /** `NAME/SLOT`. */
  readonly pod: string;
  readonly isRunning: boolean;
  readonly config: number;
}

/** This node sends calls of a deployment there, from now on. */
export interface EndpointsObservation {
  readonly kind: 'endpoints';
  readonly deployment: string;
  readonly endpoints: readonly Endpoint[];
  readonly revision: number;
}
