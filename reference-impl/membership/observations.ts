/** What a node believes of others. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly member: MemberObservation;
  }
}

export type MemberStatus = 'alive' | 'suspect' | 'dead' | 'left';

/** What this node's membership table says of `member`, on each change. */
export interface MemberObservation {
  readonly kind: 'member';
  readonly member: NodeId;
  readonly status: MemberStatus;
  readonly incarnation: number;
}
