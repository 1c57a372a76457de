/** What the store decides about its past. */
import { storeRules } from '../store/rules.ts';
import type { PastRules } from '../store/tables/past.ts';

const { asOf, isForgotten, forgetsUpTo } = storeRules;

export const pastRules: PastRules = { asOf, isForgotten, forgetsUpTo };
