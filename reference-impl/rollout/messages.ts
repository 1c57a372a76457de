/** What agents say to one another about rollouts. */
import type { Tally } from './rules.ts';

/** A call of a service whose version is rolled out. */
export interface UseCall {
  readonly kind: 'use';
  readonly id: number;
}

export interface UseAnswer {
  readonly kind: 'used';
  readonly id: number;
  readonly version: string;
  readonly isOk: boolean;
}

/** How an instance fared since the rollout's `revision`; counts only grow, so that a repeated one does no harm. */
export interface RolloutReport extends Tally {
  readonly kind: 'rollout-report';
  readonly service: string;
  readonly revision: number;
  readonly isNew: boolean;
}
