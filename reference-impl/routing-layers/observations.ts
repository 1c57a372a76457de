/** What a caller says of where its lists come from. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly layered: LayeredObservation;
    readonly escalated: EscalatedObservation;
  }
}

/** The list is old; nobody is on it; gossip takes everybody on it for dead. */
export type Escalation = 'old' | 'not-known' | 'nobody-left';

/** Where the list of `service` for the next calls comes from, said when it changes. */
export interface LayeredObservation {
  readonly kind: 'layered';
  readonly service: string;
  /** Memory alone; memory less whom gossip takes for dead; what the leader answered. */
  readonly layer: 'cache' | 'gossip' | 'consensus';
  /** Why the layers before it were not good enough; null: they were. */
  readonly because: Escalation | 'told-dead' | null;
  /** Instances that gossip has taken out, ascending. */
  readonly out: readonly NodeId[];
  /** How many are left. */
  readonly size: number;
}

/** A question to the leader about `service` is over. */
export interface EscalatedObservation {
  readonly kind: 'escalated';
  readonly service: string;
  readonly because: Escalation;
  /** False: no answer in time. */
  readonly isAnswered: boolean;
  readonly tookUs: number;
}
