/** What a watcher says of those it watches. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly heartbeat: HeartbeatObservation;
  }
}

/** A detector has begun to suspect `peer`, or stopped because a heartbeat came. */
export interface HeartbeatObservation {
  readonly kind: 'heartbeat';
  /** `fixed`: by one time-out for all; `accrual`: by what this link has shown. */
  readonly detector: 'fixed' | 'accrual';
  readonly peer: NodeId;
  readonly isSuspected: boolean;
  /** How long it was silent, and after which silence it is suspected, µs. */
  readonly silentUs: number;
  readonly limitUs: number;
}
