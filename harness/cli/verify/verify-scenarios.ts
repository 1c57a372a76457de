/** Which scenarios a foreign system is put through: its suite, unless others are named. */
import type { ClockKind } from '../../attached/clock-library.ts';
import type { EnvironmentName } from '../../core/environment.ts';
import { HarnessError } from '../../core/errors.ts';
import type { FaultKind } from '../../core/fault.ts';
import { matching } from '../../core/names.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { System } from '../../core/system.ts';
import { operationsAsked } from '../../workload/families.ts';
import { programOf } from '../../runner/run-scenario.ts';
import { exportsOf } from '../exports.ts';
import { withPlan } from '../../plans/with-plan.ts';
import { planFile } from '../files/plan-file.ts';
import { isPath, loadModule } from '../files/load-module.ts';
import { allScenarios, scenariosMatching } from '../scenarios.ts';
import { suiteFor, type SuiteGround } from '../products/suites.ts';

export interface FitScenario {
  readonly scenario: Scenario;
  /** Of its faults, by its first seed, without those that are left out. */
  readonly kinds: ReadonlySet<FaultKind>;
  /** Why it cannot be tried here; null: it can. */
  readonly skipped: string | null;
  readonly isOfSuite: boolean;
}

/** What there is to be tried, and skipped. */
export interface Fit {
  readonly all: readonly FitScenario[];
  /** Which others the suite would have, and why it has not; null: none. */
  readonly leftOut: string | null;
}

export interface Asked extends SuiteGround {
  readonly environment: EnvironmentName;
  /** Those that came with the system. */
  readonly own: readonly Scenario[];
  /** May any member be killed or stopped? */
  readonly areMembersOurs: boolean;
  /** How clocks of members are set wrong; asked where a scenario wants it, as that takes a trial. */
  readonly clocks: () => Pick<ClockKind, 'missing' | 'isOfProgram'>;
  readonly flags: {
    readonly scenario?: string;
    readonly plan?: string;
    readonly seed: number;
    readonly without: readonly string[];
  };
}

/** All scenarios of its suite. */
const wholeSuite = 'suite';

/**
 * Those that match the pattern, or that a file of this name exports; by default those that came with the
 * system, and of one that came alone its suite. Of a suite what cannot be tried is there, with the reason;
 * what would try no fault that is not left out, or none that can be done to the program, is not. Throws E_USAGE when none fits, with the reason.
 */
export async function scenariosFor(system: System, asked: Asked): Promise<Fit> {
  const { flags, own } = asked;
  const suite = suiteFor(system, asked);
  const pattern = flags.scenario ?? (own.length > 0 ? '*' : wholeSuite);
  const found = await named(pattern, own, suite);
  const why = (s: Scenario): string | null => whyNot(s, system, asked.environment, flags.seed);
  const fit = found.filter((s) => why(s) === null);
  if (fit.length === 0) throw noneFits(pattern, found, why, system, suite);
  const planned = flags.plan === undefined ? null : await planFile(flags.plan);
  const tried = fit.flatMap((own): FitScenario[] => {
    const scenario = planned === null ? own : withPlan(own, planned);
    const { faults } = programOf(scenario, flags.seed, 'real', null);
    const kinds = new Set(faults.map((f) => f.kind).filter((k) => !flags.without.includes(k)));
    const isOfSuite = suite.includes(own);
    if (isOfSuite && faults.length > 0 && kinds.size === 0) return [];
    const skipped = isOfSuite ? whySkipped(kinds, asked) : null;
    return [{ scenario, kinds, skipped: skipped ?? whyNoClock(kinds, asked), isOfSuite }];
  });
  if (tried.length > 0) return withoutBeyond(tried, asked);
  const all = flags.without.join(', ');
  throw new HarnessError(
    'E_USAGE',
    `scenario is "${pattern}", which tries nothing but ${all}, which is left out, wanted one that tries more. Pass --scenario ${wholeSuite}, or leave out --without.`,
  );
}

async function named(
  pattern: string,
  own: readonly Scenario[],
  suite: readonly Scenario[],
): Promise<readonly Scenario[]> {
  if (isPath(pattern)) return exportsOf(await loadModule(pattern)).scenarios;
  if (pattern === wholeSuite) return suite;
  if (pattern === '*' && own.length > 0) return own;
  const known = [...own, ...suite, ...allScenarios];
  const { found } = matching(known, (s) => s.name, [pattern]);
  return found.length > 0 ? found : scenariosMatching([pattern]);
}

/** What can be done to processes alone needs processes. */
function whySkipped(kinds: ReadonlySet<FaultKind>, { areMembersOurs }: Asked): string | null {
  if (areMembersOurs || kinds.size === 0) return null;
  const isOfProcesses = [...kinds].every((kind) => kind === 'crash' || kind === 'pause');
  if (!isOfProcesses) return null;
  const all = [...kinds].join(', ');
  return `no member may be touched: allow it by --allow-crash NAME=PID, or leave it out by --without ${all}`;
}

/** Null as well where it tries more than that. */
function whyNoClock(kinds: ReadonlySet<FaultKind>, { clocks }: Asked): string | null {
  if (kinds.size !== 1 || !kinds.has('clock')) return null;
  const { missing } = clocks();
  return missing === null ? null : `no clock: ${missing}`;
}

/** What no machine can do to this program is no part of its suite: left out, where anything else is tried. */
function withoutBeyond(tried: readonly FitScenario[], asked: Asked): Fit {
  const isBeyond = ({ kinds, isOfSuite }: FitScenario): boolean =>
    isOfSuite && whyNoClock(kinds, asked) !== null && asked.clocks().isOfProgram;
  const within = tried.filter((s) => !isBeyond(s));
  if (within.length === 0 || within.length === tried.length) return { all: tried, leftOut: null };
  return { all: within, leftOut: `*-clock: ${asked.clocks().missing ?? ''}` };
}

function noneFits(
  asked: string,
  [first]: readonly Scenario[],
  why: (s: Scenario) => string | null,
  system: System,
  suite: readonly Scenario[],
): HarnessError {
  const reason = first === undefined ? 'has none' : `${why(first) ?? ''}`;
  const others = allScenarios.filter((s) => why(s) === null).map((s) => s.name);
  const all = suite.length > 0 ? [wholeSuite, ...others] : others;
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
