/** Registrations broken. */
import type { Mutants } from '../mechanism.ts';
import type { RegistrationRules } from './registrar.ts';

export const registrationMutants: Mutants<RegistrationRules> = {
  // Spring Cloud Netflix: an instance that is stopped stays UP in Eureka until it is evicted.
  'stays-registered': {
    difficulty: 'easy',
    what: 'an instance that is told to stop stays in the registry until its lease has ended',
    breaks: ['clean-leave'],
    rules: { takesOut: () => false },
    shows: ['rolling-restart', 1],
  },
};
