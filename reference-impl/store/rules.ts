/** The small decisions of the store, consensus included. A mutant replaces one of them. */
import { consensusRules, type ConsensusRules } from '../consensus/rules.ts';

interface LeaseFacts {
  readonly nowUs: number;
  /** Last renewal, or the beginning of this leader's reign if that is later; the leader's clock. */
  readonly renewedUs: number;
  readonly ttlUs: number;
}

export interface StoreRules extends ConsensusRules {
  /** Has this lease outlived its TTL? Only the leader asks. */
  isExpired(f: LeaseFacts): boolean;
}

export const storeRules: StoreRules = {
  ...consensusRules,
  isExpired: (f) => f.nowUs - f.renewedUs >= f.ttlUs,
};
