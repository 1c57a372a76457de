/** `antlion list`: scenarios and mutants. */
import pc from 'picocolors';
import type { Scenario } from '../core/scenario.ts';
import { HarnessError } from '../core/errors.ts';
import { sayJson, sayLines } from '../report/output.ts';
import { wrap } from '../report/wrap.ts';
import { reference } from '../../reference-impl/system.ts';
import type { ListFlags } from './commands.ts';
import { matching, suggestion } from '../core/names.ts';
import { allScenarios } from './scenarios.ts';

/** Throws E_USAGE for a pattern that matches neither a scenario nor a mutant. */
export function listCommand(patterns: readonly string[], flags: ListFlags): number {
  const mutants = Object.entries(reference.mutants);
  const scenarios = matching(allScenarios, (s) => s.name, patterns);
  const broken = matching(mutants, ([id]) => id, patterns);
  const nothing = scenarios.unmatched.find((p) => broken.unmatched.includes(p));
  if (nothing !== undefined) {
    const names = [...allScenarios.map((s) => s.name), ...mutants.map(([id]) => id)];
    throw new HarnessError(
      'E_USAGE',
      `nothing is called "${nothing}", ${suggestion(nothing, names)} Pass a pattern: antlion list '*leader*'.`,
    );
  }
  const list = { scenarios: scenarios.found, mutants: broken.found };
  if (flags.json) for (const record of records(list)) sayJson(record);
  else sayLines(textLines(list));
  return 0;
}

interface Listed {
  readonly scenarios: readonly Scenario[];
  readonly mutants: readonly (readonly [id: string, line: string])[];
}

function textLines({ scenarios, mutants }: Listed): string[] {
  const told = scenarios.flatMap((s) => [
    pc.bold(s.name),
    ...wrap(s.claim, 2),
    ...wrap(`promises ${s.promises.join(', ')} · runs in ${s.environments.join(', ')}`, 2).map(
      (l) => pc.dim(l),
    ),
  ]);
  if (mutants.length === 0) return told;
  const rows = mutants.flatMap(([id, line]) => wrap(`${id.padEnd(26)} ${line}`, 2, 29));
  return [...told, ...(told.length > 0 ? [''] : []), pc.bold('mutants'), ...rows];
}

function records({ scenarios, mutants }: Listed): object[] {
  return [
    ...scenarios.map(({ name, claim, promises, environments }) => ({
      scenario: name,
      claim,
      promises,
      environments,
    })),
    ...mutants.map(([mutant, line]) => ({ mutant, line })),
  ];
}
