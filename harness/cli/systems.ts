/** The systems that scenarios can be run against by name. */
import { HarnessError } from '../core/errors.ts';
import type { System } from '../core/system.ts';
import { matching } from '../core/names.ts';
import { requireMutant } from '../runner/run-scenario.ts';
import { reference } from '../../reference-impl/system.ts';

/** Throws E_TOKEN for a system that this antlion does not know. */
export function systemNamed(name: string): System {
  if (name === reference.name) return reference;
  throw new HarnessError(
    'E_TOKEN',
    `the token is of system "${name}", wanted ${reference.name}. Replay it with the tool that printed it.`,
  );
}

/** Ids that match one of `patterns`; all when there is none. Throws E_MUTANT_UNKNOWN. */
export function mutantsMatching(system: System, patterns: readonly string[]): readonly string[] {
  const { found, unmatched } = matching(Object.keys(system.mutants), (id) => id, patterns);
  for (const pattern of unmatched) requireMutant(system, pattern);
  return found;
}
