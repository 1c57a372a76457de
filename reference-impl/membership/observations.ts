/** What a node believes of others. */
import type { NodeId } from '../../harness/core/host.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly members: MembersObservation;
  }
}

export type MemberStatus = 'alive' | 'suspect' | 'dead' | 'left';

/** What a membership table says of one member. */
export interface Belief {
  readonly member: NodeId;
  readonly status: MemberStatus;
  readonly incarnation: number;
}

/**
 * What has changed in this node's membership table, in the order in which it changed: all that one
 * message told, or one time-out. A table of n comes in some n/20 of these, not in n.
 */
export interface MembersObservation {
  readonly kind: 'members';
  readonly news: readonly Belief[];
}
