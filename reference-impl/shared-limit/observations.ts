/** What a node says of its tokens. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly gift: GiftObservation;
  }
}

/** Tokens moved: `given` to `peer`, or `taken` from it, under the giver's `number`. */
export interface GiftObservation {
  readonly kind: 'gift';
  readonly change: 'given' | 'taken';
  readonly peer: NodeId;
  readonly number: number;
  /** Whole. */
  readonly tokens: number;
}
