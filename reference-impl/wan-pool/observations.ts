/** What a server believes of those of all regions. */
import type { MemberStatus } from '../membership/observations.ts';

declare module '../../harness/core/observation.ts' {
  interface Observations {
    readonly 'wan-members': WanMembersObservation;
  }
}

/** What has changed in this server's table of the pool of all regions, in the order in which it changed. */
export interface WanMembersObservation {
  readonly kind: 'wan-members';
  readonly news: readonly {
    readonly member: number;
    readonly status: MemberStatus;
    readonly incarnation: number;
  }[];
}
