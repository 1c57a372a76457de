/** Which scenarios a foreign system can be put through. */
import type { EnvironmentName } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { FaultKind } from '../core/fault.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import { operationsAsked } from '../workload/families.ts';
import { programOf } from '../runner/run-scenario.ts';
import { exportsOf } from './exports.ts';
import { isPath, loadModule } from './load-module.ts';
import { allScenarios, scenariosMatching } from './scenarios.ts';

export interface FitScenario {
  readonly scenario: Scenario;
  /** Of its faults, by its first seed. */
  readonly kinds: ReadonlySet<FaultKind>;
}

/**
 * Those that match the pattern, or that a file of this name exports; unless told, those that came with
 * the system, and of a built-in one `key-value`. Throws E_USAGE when none of them fits, with the reason.
 */
export async function scenariosFor(
  system: System,
  environment: EnvironmentName,
  own: readonly Scenario[],
  flags: { readonly scenario?: string; readonly seed: number; readonly without: readonly string[] },
): Promise<readonly FitScenario[]> {
  const asked = flags.scenario ?? (own.length > 0 ? '*' : 'key-value');
  const known = own.length > 0 ? own : allScenarios;
  const found = isPath(asked)
    ? exportsOf(await loadModule(asked)).scenarios
    : known.some((s) => own.includes(s) && (asked === '*' || s.name === asked))
      ? known.filter((s) => asked === '*' || s.name === asked)
      : scenariosMatching([asked]);
  const why = (s: Scenario): string | null => whyNot(s, system, environment, flags.seed);
  const fit = found.filter((s) => why(s) === null);
  if (fit.length === 0) throw noneFits(asked, found, why, system);
  return fit.map((scenario) => {
    const { faults } = programOf(scenario, flags.seed, 'real', null);
    const kinds = faults.map((f) => f.kind).filter((k) => !flags.without.includes(k));
    return { scenario, kinds: new Set(kinds) };
  });
}

function noneFits(
  asked: string,
  [first]: readonly Scenario[],
  why: (s: Scenario) => string | null,
  system: System,
): HarnessError {
  const reason = first === undefined ? 'exports none' : `${why(first) ?? ''}`;
  const all = allScenarios.filter((s) => why(s) === null).map((s) => s.name);
  const wanted = all.length > 0 ? `one of ${all.join(', ')}` : `one that ${system.name} can run`;
  return new HarnessError(
    'E_USAGE',
    `scenario is "${asked}", which ${reason}, wanted ${wanted}. Pass --scenario ${all[0] ?? 'FILE'}.`,
  );
}

function whyNot(
  scenario: Scenario,
  system: System,
  environment: EnvironmentName,
  seed: number,
): string | null {
  if (!scenario.environments.includes(environment)) {
    return environment === 'attached'
      ? 'needs more than the clients and processes of a running system'
      : `does not run in ${environment}`;
  }
  const program = programOf(scenario, seed, 'real', null);
  const { shape } = program;
  const role = shape.nodes.find((n) => n.role !== 'server')?.role;
  if (role !== undefined) return `needs nodes with the role ${role}`;
  const missing = operationsAsked(program).filter((f) => !system.operations.has(f));
  if (missing.length > 0) return `uses ${missing.join(', ')}, which ${system.name} does not know`;
  const judged = scenario.promises.some((id) =>
    system.promises.some((p) => (typeof p === 'string' ? p : p.id) === id),
  );
  return judged ? null : `judges nothing that ${system.name} promises`;
}
