/** What a caller with an intent decides. */
import type { MemberStatus } from '../membership/observations.ts';

/** How the last call of an instance ended, by this caller. */
export interface Shown {
  readonly isOk: boolean;
  readonly tookUs: number;
}

export interface IntentRules {
  /** Does what an instance has shown meet the intent? */
  meets(shown: Shown, latencyUs: number): boolean;
  /** Does gossip's word speak against calling it? */
  isDoubted(status: MemberStatus | undefined): boolean;
}

export const intentRules: IntentRules = {
  meets: ({ isOk, tookUs }, latencyUs) => isOk && tookUs <= latencyUs,
  // The registry decides who is listed. But a caller need not wait for it to go past somebody.
  isDoubted: (status) => status === 'dead' || status === 'suspect' || status === 'left',
};
