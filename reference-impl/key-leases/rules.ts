/** What the store decides about leases that keys go with. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type KeyLeaseRules = Pick<StoreRules, 'endsWithLease' | 'keepsLease' | 'isExpired'>;

const { endsWithLease, keepsLease, isExpired } = storeRules;

export const keyLeaseRules: KeyLeaseRules = { endsWithLease, keepsLease, isExpired };
