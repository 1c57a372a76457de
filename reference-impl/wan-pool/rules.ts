/** What the pool of all regions decides: who is in it, and how patient it is. The rest is membership's. */
import { wan } from '../membership/config.ts';
import type { MembershipConfig } from '../membership/config.ts';

export interface WanPoolRules {
  /** Is a node of this role in the pool? */
  belongs(role: string): boolean;
  timing(): MembershipConfig;
}

export const wanPoolRules: WanPoolRules = {
  belongs: (role) => role === 'server',
  timing: () => wan,
};
