/** `antlion plan`: whether a plan can be done, and what it would do. Nothing is run. */
import { formatDuration } from '../../core/duration.ts';
import { HarnessError } from '../../core/errors.ts';
import type { Fault } from '../../core/fault.ts';
import { describeFault } from '../../faults/describe.ts';
import { definitionOf } from '../../faults/kinds.ts';
import type { Harm } from '../../faults/kind.ts';
import type { PlannedFault } from '../../plans/compile.ts';
import { plannedFaults, programForPlan } from '../../plans/with-plan.ts';
import { say, writeRaw } from '../../report/output.ts';
import type { PlanFlags } from '../commands.ts';
import { planFile } from '../files/plan-file.ts';
import { schemaCommand } from './schemas.ts';
import { scenariosMatching } from '../scenarios.ts';

export async function planCommand(
  what: 'check' | 'show' | 'schema',
  path: string | undefined,
  flags: PlanFlags,
): Promise<number> {
  if (what === 'schema') {
    return schemaCommand('plan');
  }
  if (path === undefined) {
    throw new HarnessError('E_USAGE', `plan ${what} names no file, wanted one. Pass plan.yaml.`);
  }
  const file = await planFile(path);
  const [scenario] = scenariosMatching([flags.scenario]);
  if (scenario === undefined) return 0;
  const { program, draw } = programForPlan(scenario, flags.seed);
  const faults = plannedFaults(file, program.shape, draw);
  const where = `${scenario.name}, seed ${file.plan.seed ?? flags.seed}`;
  if (what === 'check') {
    say(`${file.name}: ${faults.length} faults can be done (${where}).`);
    return 0;
  }
  if (flags.json) {
    for (const { fault, path: step } of faults) {
      writeRaw('stdout', `${JSON.stringify({ step: nameOf(step), undo: undoOf(fault), fault })}\n`);
    }
    return 0;
  }
  say(`${file.name}: ${faults.length} faults (${where}). Nothing was done.`);
  for (const planned of faults) say(lineOf(planned, program.shape));
  return 0;
}

function lineOf({ fault, path }: PlannedFault, shape: Parameters<typeof describeFault>[1]): string {
  const when = `after ${formatDuration(fault.atUs)} for ${formatDuration(fault.untilUs - fault.atUs)}`;
  return `  ${nameOf(path)}: ${when}: ${describeFault(fault, shape)}; undone: ${undoOf(fault)}`;
}

/** `steps[2].together[0]`. */
function nameOf(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (name, key) =>
      typeof key === 'number'
        ? `${name}[${key}]`
        : `${name}${name === '' ? '' : '.'}${String(key)}`,
    '',
  );
}

const undos: Readonly<Partial<Record<Harm, string>>> = {
  'cuts-links': 'the links pass again',
  'loses-messages': 'the links lose nothing',
  'delays-messages': 'the links are fast again',
  'repeats-messages': 'the links repeat nothing',
  'reorders-messages': 'the links keep the order',
  'stops-nodes': 'the nodes go on',
  'ends-nodes': 'the nodes are started from their disks',
  'slows-nodes': 'the nodes are fast again',
  'skews-clocks': 'the clocks are right again',
};

function undoOf(fault: Fault): string {
  if (fault.kind === 'upgrade' && fault.stays === true) return 'with the run';
  const harms = definitionOf(fault.kind)?.harms ?? [];
  return harms.map((harm) => undos[harm] ?? `no longer ${harm}`).join(', ');
}
