/** What a node says of the lists of instances that its calls go by. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly discovered: DiscoveredObservation;
  }
}
declare module '../evidence/observations.ts' {
  interface EvidenceValues {
    /** Subject: the service. */
    readonly 'routing-table': RoutingTable;
    /** Subject: `registry`. Issued when the registry answered. */
    readonly 'registry-contact': { readonly revision: number };
  }
}

/** What a list of instances rests on: what the registry confirms, what it once said, or the shape. */
export type RoutingSource = 'registry' | 'stale' | 'static';

export interface RoutingTable {
  readonly source: RoutingSource;
  readonly instances: readonly NodeId[];
}

/** The set of instances of `service` this node would route to has changed. */
export interface DiscoveredObservation {
  readonly kind: 'discovered';
  readonly service: string;
  readonly instances: readonly NodeId[];
  /** Revision of the registry that the answer rests on. */
  readonly revision: number;
}
