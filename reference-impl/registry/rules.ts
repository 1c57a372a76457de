/** What the registry decides. */
import { storeRules } from '../store/rules.ts';
import type { StoreRules } from '../store/rules.ts';

export type RegistryRules = Pick<StoreRules, 'isExpired'>;

export const registryRules: RegistryRules = { isExpired: storeRules.isExpired };
