/** Registrations with leases (D1): registers, renews, and registers again when the lease was lost. */
import { EvidenceBook } from '../evidence/evidence-book.ts';
import { part } from '../mechanism.ts';
import { StoreClient } from '../store-client/store-client.ts';
import { registrationMutants } from './mutants.ts';
import type {} from './observations.ts';
import { cleanLeave } from './promise.ts';
import { Registrar, registrationRules } from './registrar.ts';
import { rollingRestart } from './scenarios/rolling-restart.ts';
import { stoppedAtOnce } from './scenarios/stopped-at-once.ts';

export const registration = part({
  id: 'registration',
  requirements: ['D1', 'D7'],
  what: 'keeps an instance in the registry for as long as it lives, and takes it out when it stops',
  rules: registrationRules,
  make: ({ config, spec, policy, part: get }, rules) =>
    new Registrar(get(StoreClient), get(EvidenceBook), {
      self: config.id,
      service: spec?.service ?? null,
      zone: spec?.zone ?? '',
      address: config.address,
      policy,
      rules,
    }),
  mode: {
    cells: [
      {
        mode: 'recovery',
        row: 'discovery',
        what: 'registered and listed again',
        promise: 'recovery-order',
      },
    ],
  },
  promises: [cleanLeave()],
  mutants: registrationMutants,
  scenarios: [rollingRestart, stoppedAtOnce],
});
