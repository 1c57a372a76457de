/** What resolvers ask, and what is answered. */
import type { NodeId } from '../../harness/core/host.ts';
import type { Target } from './observations.ts';

export interface DnsQuery {
  readonly kind: 'dns-query';
  readonly id: number;
  readonly service: string;
}

export interface DnsReply {
  readonly kind: 'dns-reply';
  readonly id: number;
  /** Null: SERVFAIL. */
  readonly answer: Answer | null;
}

/** What one node answered for the catalog, wherever it was kept since. */
export interface Answer {
  readonly server: NodeId;
  readonly serial: number;
  readonly targets: readonly Target[];
  /** What is left of it, µs. */
  readonly ttlUs: number;
}
