/** What a caller says of calls that it asks for twice. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly hedge: HedgeObservation;
  }
}

/** A second copy of a call was sent. */
export interface HedgeObservation {
  readonly kind: 'hedge';
  readonly service: string;
  /** Null: that copy waits in a pool. */
  readonly first: NodeId | null;
  readonly second: NodeId | null;
  /** Calls of the service that were wanted since the start, and how many of them were hedged. */
  readonly asked: number;
  readonly hedged: number;
}
