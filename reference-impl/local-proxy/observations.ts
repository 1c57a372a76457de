/** What a local proxy says of the list that it serves. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly backends: BackendsObservation;
  }
}

/** From now on calls of `service` from this node go to these. */
export interface BackendsObservation {
  readonly kind: 'backends';
  readonly service: string;
  /** Ascending; never empty. */
  readonly instances: readonly NodeId[];
  /** Who said so: the registry, or its own file, found at the start. */
  readonly from: 'registry' | 'file';
}
