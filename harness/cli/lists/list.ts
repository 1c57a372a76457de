/** `antlion list`: scenarios, systems and mutants; kinds of fault; mechanisms. */
import pc from 'picocolors';
import type { Scenario } from '../../core/scenario.ts';
import { HarnessError } from '../../core/errors.ts';
import { sayRecord } from '../../report/json-lines.ts';
import { sayLines } from '../../report/output.ts';
import { wrap } from '../../report/wrap.ts';
import { reference } from '../../../reference-impl/system.ts';
import type { ListFlags } from '../commands.ts';
import { listFaults } from './list-faults.ts';
import { listMechanisms } from './list-mechanisms.ts';
import { matching, suggestion } from '../../core/names.ts';
import type { SystemManifest } from '../../systems/define-system.ts';
import { builtIns } from '../products/systems.ts';
import { isPath } from '../files/load-module.ts';
import { openWorkspace } from '../workspace.ts';

/** Throws E_USAGE for a pattern that matches no scenario, system or mutant. */
export async function listCommand(names: readonly string[], flags: ListFlags): Promise<number> {
  if (flags.mechanisms) return listMechanisms(flags.json);
  const paths = names.filter(isPath);
  const workspace = await openWorkspace({ config: flags.config, paths });
  if (flags.faults) return listFaults(flags.json);
  const patterns = names.filter((n) => !isPath(n));
  // Files that are passed are what is to be listed.
  const all = paths.length > 0 && patterns.length === 0 ? workspace.chosen(names) : workspace.all;
  const mutants = paths.length > 0 ? [] : Object.entries(reference.mutants);
  const scenarios = matching(all, (s) => s.name, patterns);
  const broken = matching(mutants, ([id]) => id, patterns);
  const known = matching(builtIns, (m) => m.name, patterns);
  const nothing = scenarios.unmatched.find(
    (p) => broken.unmatched.includes(p) && known.unmatched.includes(p),
  );
  if (nothing !== undefined) {
    const names = [...all, ...builtIns].map((s) => s.name).concat(mutants.map(([id]) => id));
    throw new HarnessError(
      'E_USAGE',
      `nothing is called "${nothing}", ${suggestion(nothing, names)} Pass a pattern: antlion list '*leader*'.`,
    );
  }
  const list = { scenarios: scenarios.found, systems: known.found, mutants: broken.found };
  if (flags.json) sayRecords(list);
  else sayLines(textLines(list));
  return 0;
}

interface Listed {
  readonly scenarios: readonly Scenario[];
  readonly systems: readonly SystemManifest[];
  readonly mutants: readonly (readonly [id: string, line: string])[];
}

function textLines({ scenarios, systems, mutants }: Listed): string[] {
  const told = scenarios.flatMap((s) => [
    pc.bold(s.name),
    ...wrap(s.claim, 2),
    ...wrap(`promises ${s.promises.join(', ')} · runs in ${s.environments.join(', ')}`, 2).map(
      (l) => pc.dim(l),
    ),
  ]);
  if (systems.length > 0) {
    const lines = systems.flatMap((m) =>
      wrap(`${m.name.padEnd(26)} ${m.operations.join(', ')}`, 2, 29),
    );
    told.push(...(told.length > 0 ? [''] : []), pc.bold('systems, for antlion verify'), ...lines);
  }
  if (mutants.length === 0) return told;
  const rows = mutants.flatMap(([id, line]) => wrap(`${id.padEnd(26)} ${line}`, 2, 29));
  return [...told, ...(told.length > 0 ? [''] : []), pc.bold('mutants'), ...rows];
}

function sayRecords({ scenarios, systems, mutants }: Listed): void {
  for (const { name, claim, promises, environments } of scenarios) {
    const where = { promises: [...promises], environments: [...environments] };
    sayRecord('scenario', { scenario: name, claim, ...where });
  }
  for (const { name, operations } of systems) {
    sayRecord('system', { system: name, operations: [...operations] });
  }
  for (const [mutant, line] of mutants) sayRecord('mutant', { mutant, line });
}
