/** What the store decides about leases that keys go with. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type KeyLeaseRules = Pick<
  StoreRules,
  'endsWithLease' | 'keepsLease' | 'isExpired' | 'isInSnapshot'
>;

const { endsWithLease, keepsLease, isExpired, isInSnapshot } = storeRules;

export const keyLeaseRules: KeyLeaseRules = { endsWithLease, keepsLease, isExpired, isInSnapshot };
