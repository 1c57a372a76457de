/** The systems that scenarios can be run against by name. */
import { HarnessError } from '../core/errors.ts';
import type { System } from '../core/system.ts';
import { reference } from '../../reference-impl/system.ts';

/** Throws E_TOKEN for a system that this antlion does not know. */
export function systemNamed(name: string): System {
  if (name === reference.name) return reference;
  throw new HarnessError(
    'E_TOKEN',
    `the token is of system "${name}", wanted ${reference.name}. Replay it with the tool that printed it.`,
  );
}

/** Throws E_MUTANT_UNKNOWN unless the system has this broken variant. */
export function requireMutant(system: System, mutant: string | undefined): string | null {
  if (mutant === undefined) return null;
  if (Object.hasOwn(system.mutants, mutant)) return mutant;
  throw new HarnessError(
    'E_MUTANT_UNKNOWN',
    `no mutant is called "${mutant}", wanted one of ${Object.keys(system.mutants).join(', ')}. See them all: antlion list.`,
  );
}
