/** Locks with fencing tokens (L2, L4): leases on keys. */
import { table } from '../mechanism.ts';
import { lockMutants } from './mutants.ts';
import { electionOp, lockOp, permitOp } from './operations.ts';
import { lockRules } from './rules.ts';
import { forgottenTokens } from './scenarios/forgotten-tokens.ts';
import { permitsMixedUp } from './scenarios/permits-mixed-up.ts';

export const locks = table({
  id: 'locks',
  requirements: ['L2', 'I6'],
  what: 'locks, permits and offices that end with their lease, and tokens that keep a late holder out',
  rules: lockRules,
  operations: {
    acquire: lockOp,
    release: lockOp,
    'write-fenced': lockOp,
    holder: ({ key }) => ({ f: 'holder', key }),
    'renew-lock': ({ value }) => (typeof value === 'number' ? { f: 'renew', lease: value } : null),
    'acquire-permit': permitOp,
    'release-permit': permitOp,
    campaign: electionOp,
    'renew-term': electionOp,
    resign: electionOp,
    leader: electionOp,
  },
  promises: [
    ...['mutual-exclusion', 'lock-freed', 'permits-bounded', 'fencing'],
    ...['one-leader', 'leader-told'],
  ],
  mutants: lockMutants,
  scenarios: [permitsMixedUp, forgottenTokens],
});
