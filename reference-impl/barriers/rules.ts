/** What barriers decide. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type BarrierRules = Pick<
  StoreRules,
  'opensBarrier' | 'staysOpen' | 'isLeft' | 'isInSnapshot'
>;

const { opensBarrier, staysOpen, isLeft, isInSnapshot } = storeRules;

export const barrierRules: BarrierRules = { opensBarrier, staysOpen, isLeft, isInSnapshot };
