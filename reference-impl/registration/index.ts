/** Registrations with leases (D1): registers, renews, and registers again when the lease was lost. */
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import type {} from './observations.ts';
import { Registrar } from './registrar.ts';

export const registration = part({
  id: 'registration',
  requirements: ['D1'],
  what: 'keeps an instance in the registry for as long as it lives',
  rules: {},
  make: ({ config, spec, policy, part: get }) =>
    new Registrar(get(StoreClient), get(EvidenceBook), {
      self: config.id,
      service: spec?.service ?? null,
      zone: spec?.zone ?? '',
      policy,
    }),
  operations: {
    register: (r, c, done) => r.operate(c, done),
    deregister: (r, c, done) => r.operate(c, done),
  },
});
