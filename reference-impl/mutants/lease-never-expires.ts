/** The registry goes on listing instances that stopped renewing. */
import type { Mutant } from './mutant.ts';

export const leaseNeverExpires: Mutant = {
  what: 'the registry never ends a lease that is not renewed',
  storeRules: { isExpired: () => false },
};
