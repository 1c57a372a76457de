/** What a client says of its calls. */
import type { NodeId } from '../../harness/core/host.ts';
import type { RoutingSource } from '../discovery/observations.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly routed: RoutedObservation;
  }
}

/**
 * One call of `service` that this node finished. Without an instance it was never sent: refused, the
 * circuit or the mode let none out; shed, the ramp of Recovery kept it back.
 */
export interface RoutedObservation {
  readonly kind: 'routed';
  readonly service: string;
  readonly instance: NodeId | null;
  readonly outcome: 'ok' | 'error' | 'timeout' | 'refused' | 'no-instance' | 'shed';
  /** Of the list that the instance was picked from. */
  readonly source: RoutingSource;
  /** When it was sent, or not, by this node's monotonic clock, and how long it took by the same. */
  readonly sentUs: number;
  readonly tookUs: number;
  /** The key by which it was placed. */
  readonly affinity?: string;
  /** It stood for so many calls; absent: 1. */
  readonly count?: number;
  /** Which attempt of its call it was, from 2 on; told by nodes that have modes. */
  readonly attempt?: number;
  /** The instance refused it, and asked for so long a rest, µs. */
  readonly retryAfterUs?: number;
}
