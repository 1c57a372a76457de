/** The registry (D1): instances of services, each under a lease. */
import { table } from '../mechanism.ts';
import { registryMutants } from './mutants.ts';
import { registryOperations } from './operations.ts';
import { leaseLifetime } from './promise.ts';
import { registryRules } from './rules.ts';
import { leaseExpired } from './sometimes.ts';

export const registry = table({
  id: 'registry',
  requirements: ['D1', 'I1'],
  what: 'who serves what, for as long as it renews its lease',
  rules: registryRules,
  operations: {
    lookup: ({ key }) => ({ f: 'lookup', service: key, consistency: 'consistent' }),
    ...registryOperations,
  },
  promises: [leaseLifetime(), 'registered-found', 'ended-not-found'],
  mutants: registryMutants,
  sometimes: [leaseExpired('up'), leaseExpired('down')],
});
