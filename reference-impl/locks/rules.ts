/** What locks decide. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type LockRules = Pick<
  StoreRules,
  'isExpired' | 'mayAcquire' | 'permitsOf' | 'isPermitOf' | 'mayWriteFenced' | 'tokenOfForgotten'
>;

const { isExpired, mayAcquire, permitsOf, isPermitOf, mayWriteFenced, tokenOfForgotten } =
  storeRules;

export const lockRules: LockRules = {
  isExpired,
  mayAcquire,
  permitsOf,
  isPermitOf,
  mayWriteFenced,
  tokenOfForgotten,
};
