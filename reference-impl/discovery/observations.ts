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

/** A list of instances by its size and digest: which they are, `discovered` says. */
export interface RoutingTable {
  readonly source: RoutingSource;
  readonly size: number;
  readonly digest: number;
}

/** The set of instances of `service` this node would route to has changed; empty when it starts. */
export interface DiscoveredObservation {
  readonly kind: 'discovered';
  readonly service: string;
  /** Ascending. */
  readonly added: readonly NodeId[];
  readonly removed: readonly NodeId[];
  /** How many there are now, and `digestOf` them. */
  readonly size: number;
  readonly digest: number;
  /** Revision of the registry that the answer rests on. */
  readonly revision: number;
}

/** Of a set of instances, whatever their order: the sum of a hash of each. */
export function digestOf(instances: Iterable<NodeId>): number {
  let digest = 0;
  for (const i of instances) digest = (digest + mixed(i)) >>> 0;
  return digest;
}

/** The end of MurmurHash3: no sum of a few is that of a few others. */
function mixed(i: NodeId): number {
  let x = Math.imul(i + 1, 0x9e3779b1);
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return x ^ (x >>> 16);
}

/** The list that `d` makes of `before`, ascending. */
export function listAfter(before: readonly NodeId[], d: DiscoveredObservation): readonly NodeId[] {
  const removed = new Set(d.removed);
  return [...before.filter((i) => !removed.has(i)), ...d.added].sort((a, b) => a - b);
}
