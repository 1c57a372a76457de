/** What a member of the ring says of its view, and of requests. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly ring: RingObservation;
    readonly 'handed-on': HandedOnObservation;
    readonly handled: HandledObservation;
  }
}

/** Its ring is another one: equal checksums, equal rings. */
export interface RingObservation {
  readonly kind: 'ring';
  readonly checksum: number;
  /** Members in it. */
  readonly size: number;
}

/** A request, by the member that was asked first and a number of its own. */
export interface RequestName {
  readonly origin: NodeId;
  readonly request: number;
  readonly key: string;
}

/** It sent a request on to whom it takes for the owner of its key. */
export interface HandedOnObservation extends RequestName {
  readonly kind: 'handed-on';
  readonly to: NodeId;
}

/** It did what was asked for, as the owner of the key in the ring of that checksum. */
export interface HandledObservation extends RequestName {
  readonly kind: 'handled';
  readonly checksum: number;
}
