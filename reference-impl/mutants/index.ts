/** Every broken variant of the node, by its id. */
import { HarnessError } from '../../harness/core/errors.ts';
import { ackBeforeFsync } from './ack-before-fsync.ts';
import { breakerNeverOpens } from './breaker-never-opens.ts';
import { commitAnyTerm } from './commit-any-term.ts';
import { ghostMember } from './ghost-member.ts';
import { leaseNeverExpires } from './lease-never-expires.ts';
import type { Mutant } from './mutant.ts';
import { neverRefute } from './never-refute.ts';
import { readBeforeNoop } from './read-before-noop.ts';
import { skipRecovery } from './skip-recovery.ts';
import { staleRead } from './stale-read.ts';
import { voteForgotten } from './vote-forgotten.ts';

export const mutants: Readonly<Record<string, Mutant>> = {
  'stale-read': staleRead,
  'ack-before-fsync': ackBeforeFsync,
  'vote-forgotten': voteForgotten,
  'lease-never-expires': leaseNeverExpires,
  'commit-any-term': commitAnyTerm,
  'read-before-noop': readBeforeNoop,
  'breaker-never-opens': breakerNeverOpens,
  'skip-recovery': skipRecovery,
  'ghost-member': {
    what: 'a dead member is revived by old news',
    membershipRules: ghostMember,
  },
  'never-refute': {
    what: 'a member that is wrongly suspected does not contradict',
    membershipRules: neverRefute,
  },
};

/** The mutant called `id`; the correct node for null. Throws E_MUTANT_UNKNOWN. */
export function mutantOf(id: string | null): Mutant {
  if (id === null) return correct;
  const found = mutants[id];
  if (found === undefined) {
    const known = Object.keys(mutants).join(', ');
    throw new HarnessError('E_MUTANT_UNKNOWN', `mutant is "${id}", wanted one of ${known}.`);
  }
  return found;
}

const correct: Mutant = { what: 'nothing is broken' };
