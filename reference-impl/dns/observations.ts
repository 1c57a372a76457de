/** What is said of answers of DNS: when one is given for the catalog, and when one is used. */
import type { InstanceId } from '../store/asked.ts';
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'dns-answer': DnsAnswerObservation;
    readonly 'dns-use': DnsUseObservation;
  }
}

/** One line of an answer: of those with the least priority, each in proportion to its weight (RFC 2782). */
export interface Target {
  readonly instance: InstanceId;
  readonly priority: number;
  readonly weight: number;
}

/** A node answered for the catalog. `serial` is unique among its own. */
export interface DnsAnswerObservation {
  readonly kind: 'dns-answer';
  readonly service: string;
  readonly serial: number;
  readonly ttlUs: number;
  readonly targets: readonly Target[];
}

/** Somebody went by that answer of `server`, from a cache or not, and picked one target; null: there is none. */
export interface DnsUseObservation {
  readonly kind: 'dns-use';
  readonly service: string;
  readonly server: NodeId;
  readonly serial: number;
  readonly picked: InstanceId | null;
}
