/** Membership broken. */
import type { Mutants } from '../mechanism.ts';
import { statusOf } from './cell.ts';
import type { MembershipRules } from './rules.ts';

export const membershipMutants: Mutants<MembershipRules> = {
  'never-refute': {
    difficulty: 'easy',
    what: 'a member that is wrongly suspected does not contradict',
    breaks: ['membership'],
    rules: { refutes: () => false },
  },
  'leaves-silently': {
    difficulty: 'easy',
    what: 'a member that is told to stop does not say goodbye',
    breaks: ['clean-leave'],
    rules: { saysGoodbye: () => false },
    shows: ['rolling-restart', 1],
  },
  // The order of incarnations is ignored for `alive`.
  'ghost-member': {
    difficulty: 'hard',
    what: 'a dead member is revived by old news',
    breaks: ['membership'],
    rules: {
      supersedes: (update, current) =>
        update > current || (statusOf(update) === 'alive' && update !== current),
    },
  },
};
