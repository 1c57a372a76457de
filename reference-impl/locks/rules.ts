/** What locks decide. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type LockRules = Pick<
  StoreRules,
  'isExpired' | 'mayAcquire' | 'permitsOf' | 'isPermitOf' | 'mayWriteFenced'
>;

const { isExpired, mayAcquire, permitsOf, isPermitOf, mayWriteFenced } = storeRules;

export const lockRules: LockRules = {
  isExpired,
  mayAcquire,
  permitsOf,
  isPermitOf,
  mayWriteFenced,
};
