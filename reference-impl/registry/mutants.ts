/** Leases of instances broken. */
import type { Mutants } from '../mechanism.ts';
import { storeRules } from '../store/rules.ts';
import type { RegistryRules } from './rules.ts';

export const registryMutants: Mutants<RegistryRules> = {
  'lease-never-expires': {
    difficulty: 'easy',
    what: 'the registry never ends a lease that is not renewed',
    breaks: ['discovery', 'coordination', 'ended-not-found', 'found-again'],
    rules: { isExpired: (f) => f.of === 'lock' && storeRules.isExpired(f) },
  },
  'lease-ends-early': {
    difficulty: 'hard',
    what: 'a lease ends after a quarter of its TTL: two lost renewals are enough',
    breaks: ['lease-lifetime', 'registered-found'],
    rules: {
      isExpired: (f) =>
        storeRules.isExpired(f) ||
        (f.of === 'registration' && f.nowUs - f.renewedUs >= f.ttlUs / 4),
    },
  },
  'registration-of-before-stays': {
    difficulty: 'hard',
    what: 'a registration that was made under an earlier leader never expires',
    breaks: ['ended-not-found'],
    shows: ['registry', 2],
    rules: {
      isExpired: (f) => storeRules.isExpired(f) && !(f.of === 'registration' && f.isInherited),
    },
  },
};
