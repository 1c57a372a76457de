/** Which scenarios a foreign system can be put through. */
import type { EnvironmentName } from '../core/environment.ts';
import { HarnessError } from '../core/errors.ts';
import type { FaultKind } from '../core/fault.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import { programOf } from '../runner/run-scenario.ts';
import { allScenarios, scenariosMatching } from './scenarios.ts';

export interface FitScenario {
  readonly scenario: Scenario;
  /** Of its faults, by its first seed. */
  readonly kinds: ReadonlySet<FaultKind>;
}

/** Throws E_USAGE when none that matches fits, with the reason. */
export function scenariosFor(
  system: System,
  environment: EnvironmentName,
  flags: { readonly scenario: string; readonly seed: number; readonly without: readonly string[] },
): readonly FitScenario[] {
  const found = scenariosMatching([flags.scenario]);
  const fit = found.filter((s) => whyNot(s, system, environment, flags.seed) === null);
  if (fit.length > 0) {
    return fit.map((scenario) => {
      const { faults } = programOf(scenario, flags.seed, environment, null);
      const kinds = faults.map((f) => f.kind).filter((k) => !flags.without.includes(k));
      return { scenario, kinds: new Set(kinds) };
    });
  }
  const all = allScenarios.filter((s) => whyNot(s, system, environment, flags.seed) === null);
  const [first] = found;
  const why = first === undefined ? '' : whyNot(first, system, environment, flags.seed);
  throw new HarnessError(
    'E_USAGE',
    `scenario is "${flags.scenario}", which ${why}, wanted one of ${all.map((s) => s.name).join(', ')}. Pass --scenario ${all[0]?.name ?? 'NAME'}.`,
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
  const { shape, clients } = programOf(scenario, seed, environment, null);
  const role = shape.nodes.find((n) => n.role !== 'server')?.role;
  if (role !== undefined) return `needs nodes with the role ${role}`;
  const used = new Set(clients.flatMap((ops) => ops.map((op) => op.f)));
  const missing = [...used].filter((f) => !system.operations.has(f));
  if (missing.length > 0) return `uses ${missing.join(', ')}, which ${system.name} does not know`;
  const judged = scenario.promises.some((id) =>
    system.promises.some((p) => (typeof p === 'string' ? p : p.id) === id),
  );
  return judged ? null : `judges nothing that ${system.name} promises`;
}
