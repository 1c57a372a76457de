/** What locks decide. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type LockRules = Pick<
  StoreRules,
  'isExpired' | 'mayAcquire' | 'permitsOf' | 'mayWriteFenced'
>;

const { isExpired, mayAcquire, permitsOf, mayWriteFenced } = storeRules;

export const lockRules: LockRules = { isExpired, mayAcquire, permitsOf, mayWriteFenced };
