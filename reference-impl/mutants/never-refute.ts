/** A member that is wrongly suspected does not contradict, and is declared dead though it lives. */
import type { MembershipRules } from '../membership/rules.ts';

export const neverRefute: Partial<MembershipRules> = {
  refutes: () => false,
};
