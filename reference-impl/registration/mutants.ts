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
  'late-answer-stays': {
    difficulty: 'hard',
    what: 'an instance that is told to stop while it waits for an answer of the registry does not take itself out when that comes',
    breaks: ['clean-leave'],
    rules: { takesOutLate: () => false },
    shows: ['stopped-at-once', 1],
  },
};
