/** Keys that live with a lease (C1), as etcd has them. */
import { table } from '../mechanism.ts';
import { keysLiveWithLease } from './judge/keys-live-with-lease.ts';
import { keyLeaseMutants } from './mutants.ts';
import { leaseOp } from './operations.ts';
import { keyLeaseRules } from './rules.ts';
import { heldThroughSnapshot } from './scenarios/held-through-snapshot.ts';
import { keysOnLeases } from './scenarios/keys-on-leases.ts';

export const keyLeases = table({
  id: 'key-leases',
  requirements: ['C1'],
  what: 'keys that go with a lease, and end together when nobody renews it',
  rules: keyLeaseRules,
  operations: { grant: leaseOp, 'write-leased': leaseOp, 'renew-keys': leaseOp, revoke: leaseOp },
  promises: [keysLiveWithLease()],
  mutants: keyLeaseMutants,
  scenarios: [keysOnLeases, heldThroughSnapshot],
});
