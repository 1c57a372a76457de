/** A dead member is revived by old news: the order of incarnations is ignored for `alive`. */
import { statusOf } from '../membership/cell.ts';
import type { MembershipRules } from '../membership/rules.ts';

export const ghostMember: Partial<MembershipRules> = {
  supersedes: (update, current) =>
    update > current || (statusOf(update) === 'alive' && update !== current),
};
