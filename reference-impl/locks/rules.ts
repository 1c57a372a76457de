/** What locks decide. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type LockRules = Pick<StoreRules, 'isExpired' | 'mayAcquire' | 'mayWriteFenced'>;

const { isExpired, mayAcquire, mayWriteFenced } = storeRules;

export const lockRules: LockRules = { isExpired, mayAcquire, mayWriteFenced };
