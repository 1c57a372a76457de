/** What a node says of values that it deposits, and that it took over. */
import type { Json, NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly deposit: DepositObservation;
    readonly adoption: AdoptionObservation;
  }
}

/** This node deposits `value` again and again from now on; null: nothing any more. */
export interface DepositObservation {
  readonly kind: 'deposit';
  readonly key: string;
  readonly value: Json;
}

/** This node holds `value` of `key` from now on; null: nothing. */
export interface AdoptionObservation {
  readonly kind: 'adoption';
  readonly key: string;
  readonly value: Json;
  /** What each neighbour said that counts: its value, deposited so long ago. Empty where nobody was asked. */
  readonly heard: readonly (readonly [neighbour: NodeId, value: Json, ageUs: number])[];
}
