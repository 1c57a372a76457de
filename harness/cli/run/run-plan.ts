/** What `run` is to do: which scenarios, which seeds of each, and which part of that is this command's. */
import { environmentOf } from '../environments.ts';
import type { OpenEnvironment } from '../environments.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { Sometimes } from '../../core/invariant.ts';
import { HarnessError } from '../../core/errors.ts';
import type { RecordOf } from '../../report/records.ts';
import { promisesFor } from '../../runner/run-scenario.ts';
import { usualSometimes } from '../../runner/sometimes.ts';
import type { RunFlags } from '../commands.ts';
import { readLastFailed } from './last-failed.ts';
import { parseShard, rangeOf, workOf } from './shards.ts';
import { quoted } from '../products/system-flags.ts';
import { systemOfScenario } from '../products/systems.ts';
import type { Workspace } from '../workspace.ts';

type PlanRecord = RecordOf<'plan'>;

export interface PlanGround {
  readonly environment: OpenEnvironment;
  readonly flags: RunFlags;
  readonly workspace: Pick<Workspace, 'originOf' | 'configured'>;
}

export interface RunPlan {
  readonly record: PlanRecord;
  /** Those that run here, in their order. */
  readonly scenarios: readonly Scenario[];
  readonly sometimes: readonly Sometimes[];
  /** Of those, how many runs this command has. */
  readonly count: number;
  /** How many runs it has, in all parts. */
  runsOf(scenario: Scenario): number;
  attempts(): Generator<Attempt>;
}

export interface Attempt {
  readonly scenario: Scenario;
  readonly seed: number;
  /** Of its scenario, here. */
  readonly isLast: boolean;
}

/** Throws E_USAGE for a shard that is none, and for what failed last and cannot be run again so. */
export function planOf(chosen: readonly Scenario[], g: PlanGround): RunPlan {
  const { flags, environment } = g;
  requireCountable(g);
  const mutant = flags.mutant ?? null;
  const last = flags.lastFailed
    ? lastFailedOf(chosen, { environment: environment.name, mutant })
    : null;
  const all = last === null ? chosen : chosen.filter((s) => last.has(s.name));
  const place = environment.name === 'swarm' ? 'containers' : environment.name;
  const canRun = (s: Scenario): boolean =>
    s.environments.includes(place) && environmentOf(systemOfScenario(s), environment) !== null;
  const scenarios = all.filter(canRun);
  const isSearch = mutant !== null;
  const works = new Map(
    scenarios.map((s) => [s, workOf(s, systemOfScenario(s), flags.seed, environment.time)]),
  );
  const budget = budgetOf(g, works, isSearch);
  const seedsOf = (s: Scenario): readonly number[] | null =>
    last?.get(s.name) ?? budget.seeds.get(s) ?? null;
  const shard = flags.shard === undefined ? null : parseShard(flags.shard);
  const loads = scenarios.map((s) => ({
    work: works.get(s) ?? 0,
    runs: seedsOf(s)?.length ?? budget.runs,
  }));
  const total = loads.reduce((n, l) => n + l.runs, 0);
  // Seeds of a list differ in number: they are gone through one scenario after the other.
  const isRound = isSearch && last === null;
  const only = shard === null ? null : rangeOf(loads, shard, isRound);
  const sometimes = [
    ...usualSometimes,
    ...new Set(all.flatMap((s) => systemOfScenario(s).sometimes ?? [])),
  ];
  const record: PlanRecord = {
    command: 'run',
    environment: environment.name,
    mutant,
    scenarios: all.map((s) => ({
      name: s.name,
      claim: s.claim,
      promises: promisesFor(systemOfScenario(s), s.promises, s.own).invariants.map((i) => i.id),
      from: g.workspace.originOf(s),
      again: againOf(s, g),
      seeds: seedsOf(s) === null ? null : [...(seedsOf(s) ?? [])],
      skipped: canRun(s) ? null : `it does not run in ${environment.name}`,
    })),
    seed: flags.seed,
    runs: budget.runs,
    shard,
    only,
    failuresMax: flags.maxFailures ?? (isSearch ? 1 : null),
    sometimes: sometimes.map(({ id, claim }) => ({ id, claim })),
    isSkippedUnknown: false,
  };
  const range = only ?? { from: 0, to: total };
  return {
    record,
    scenarios,
    sometimes,
    count: range.to - range.from,
    runsOf: (s) => seedsOf(s)?.length ?? budget.runs,
    attempts: () => attemptsOf(scenarios, { record, isRound, range }),
  };
}

interface Budget {
  /** Of each scenario, at most. */
  readonly runs: number;
  /** Of those that have not as many. */
  readonly seeds: ReadonlyMap<Scenario, readonly number[]>;
}

/**
 * How many runs each scenario has: as many as were asked for, or as fit into the work, at least one. A search
 * goes round all of them.
 */
function budgetOf(
  { flags }: PlanGround,
  works: ReadonlyMap<Scenario, number>,
  isSearch: boolean,
): Budget {
  if (flags.work === undefined) return { runs: flags.runs, seeds: new Map() };
  const all = [...works.values()].reduce((sum, w) => sum + w, 0);
  const workUs = flags.work * 1_000_000;
  if (isSearch) return { runs: Math.max(1, Math.floor(workUs / all)), seeds: new Map() };
  const seeds = new Map(
    [...works].map(([s, work]) => {
      const runs = Math.max(1, Math.floor(workUs / works.size / work));
      return [s, Array.from({ length: runs }, (_, k) => (flags.seed + k) >>> 0)] as const;
    }),
  );
  return { runs: Math.max(1, ...[...seeds.values()].map((own) => own.length)), seeds };
}

/** Work is counted beforehand, in virtual time. */
function requireCountable({ flags, environment }: PlanGround): void {
  if (flags.work === undefined) return;
  if (environment.time === 'virtual' && !flags.lastFailed && flags.runs === 1) return;
  throw new HarnessError(
    'E_USAGE',
    '--work is of drawn runs in simulation, and takes the place of --runs. Pass --runs alone outside of it, and neither with --last-failed.',
  );
}

function lastFailedOf(
  chosen: readonly Scenario[],
  now: { readonly environment: string; readonly mutant: string | null },
): ReadonlyMap<string, readonly number[]> {
  const seeds = new Map<string, number[]>();
  for (const { scenario, seed } of readLastFailed(now)?.failed ?? []) {
    const list = seeds.get(scenario);
    if (list === undefined) seeds.set(scenario, [seed]);
    else list.push(seed);
  }
  if (chosen.some((s) => seeds.has(s.name))) return seeds;
  throw new HarnessError(
    'E_USAGE',
    'nothing of this failed in the last run of this folder, wanted a run that was red. Leave out --last-failed.',
  );
}

/** The command that runs it again, without a seed. */
function againOf(s: Scenario, { flags, workspace }: PlanGround): string {
  const { env, mutant, config, plan } = flags;
  const from = workspace.originOf(s);
  const isNamed = from === null || workspace.configured.includes(s);
  const words = [
    isNamed ? s.name : from.includes('/') ? from : `./${from}`,
    ...(env === 'simulation' ? [] : ['--env', env]),
    ...(plan === undefined ? [] : ['--plan', plan]),
    ...(mutant === undefined ? [] : ['--mutant', mutant]),
    ...(config === undefined ? [] : ['--config', config]),
  ];
  return ['antlion run', ...words.map(quoted)].join(' ');
}

interface Order {
  readonly record: PlanRecord;
  /** Round all scenarios, again and again? Otherwise one after the other. */
  readonly isRound: boolean;
  /** Of these numbers alone. */
  readonly range: { readonly from: number; readonly to: number };
}

function* attemptsOf(scenarios: readonly Scenario[], order: Order): Generator<Attempt> {
  const { range } = order;
  let number = 0;
  /** The next attempt is taken before this one is given: only then is it known whether it is the last. */
  let held: { readonly scenario: Scenario; readonly seed: number } | null = null;
  for (const next of inOrder(scenarios, order)) {
    if (number >= range.to) break;
    number += 1;
    if (number <= range.from) continue;
    if (held !== null) yield { ...held, isLast: held.scenario !== next.scenario };
    held = next;
  }
  if (held !== null) yield { ...held, isLast: true };
}

function* inOrder(
  scenarios: readonly Scenario[],
  { record, isRound }: Order,
): Generator<{ readonly scenario: Scenario; readonly seed: number }> {
  const { seed, runs } = record;
  // Past the largest seed it goes on with 0.
  const own = (k: number): number => (seed + k) >>> 0;
  if (isRound) {
    for (let k = 0; k < runs; k++) {
      for (const scenario of scenarios) yield { scenario, seed: own(k) };
    }
    return;
  }
  for (const scenario of scenarios) {
    const listed = record.scenarios.find((s) => s.name === scenario.name)?.seeds ?? null;
    const count = listed?.length ?? runs;
    for (let k = 0; k < count; k++) yield { scenario, seed: listed?.[k] ?? own(k) };
  }
}
