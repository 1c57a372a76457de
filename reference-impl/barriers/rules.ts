/** What barriers decide. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type BarrierRules = Pick<StoreRules, 'opensBarrier' | 'staysOpen' | 'isLeft'>;

const { opensBarrier, staysOpen, isLeft } = storeRules;

export const barrierRules: BarrierRules = { opensBarrier, staysOpen, isLeft };
