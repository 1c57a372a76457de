/** Leases whose keys outlive them, or go too early. */
import type { Mutants } from '../mechanism.ts';
import { storeRules } from '../store/rules.ts';
import type { KeyLeaseRules } from './rules.ts';

export const keyLeaseMutants: Mutants<KeyLeaseRules> = {
  'lease-leaves-last-key': {
    difficulty: 'easy',
    what: 'of the keys that go with a lease the last stays when it ends',
    breaks: ['keys-live-with-lease'],
    shows: ['keys-on-leases', 1],
    rules: { endsWithLease: (keys) => keys.slice(0, -1) },
  },
  'lease-keeps-rewritten': {
    difficulty: 'hard',
    what: 'a key that was written anew without a lease still goes with the one that it had',
    breaks: ['keys-live-with-lease'],
    shows: ['keys-on-leases', 1],
    rules: { keepsLease: () => true },
  },
  // etcd#15247 the other way round.
  'key-lease-ends-with-leader': {
    difficulty: 'hard',
    what: 'a new leader lets the leases of keys end that were granted before it',
    breaks: ['keys-live-with-lease'],
    shows: ['keys-on-leases', 1],
    rules: { isExpired: (f) => storeRules.isExpired(f) || (f.of === 'keys' && f.isInherited) },
  },
  'key-lease-immortal': {
    difficulty: 'easy',
    what: 'keys whose lease nobody renews stay',
    breaks: ['keys-live-with-lease'],
    shows: ['keys-on-leases', 1],
    rules: { isExpired: (f) => f.of !== 'keys' && storeRules.isExpired(f) },
  },
  'snapshot-loses-key-leases': {
    difficulty: 'hard',
    what: 'a snapshot leaves out which keys go with which lease',
    breaks: ['state-agrees', 'keys-live-with-lease'],
    shows: ['held-through-snapshot', 1],
    rules: { isInSnapshot: (table) => table !== 'leases' },
  },
};
