/** The systems that scenarios can be run against, by name or by the file that exports one. */
import { HarnessError } from '../../core/errors.ts';
import type { Scenario } from '../../core/scenario.ts';
import type { LaunchPlan } from '../../core/launch-plan.ts';
import type { Program } from '../../core/program.ts';
import type { System } from '../../core/system.ts';
import type { SystemManifest } from '../../systems/define-system.ts';
import { consul } from '../../systems/consul/index.ts';
import { eureka } from '../../systems/eureka/index.ts';
import { etcd } from '../../systems/etcd/index.ts';
import { nats } from '../../systems/nats/index.ts';
import { postgres } from '../../systems/postgres/index.ts';
import { redis } from '../../systems/redis/index.ts';
import { zookeeper } from '../../systems/zookeeper/index.ts';
import { serf } from '../../systems/serf/index.ts';
import { redlock } from '../../systems/redis/redlock.ts';
import { springCloudConfig } from '../../systems/spring-cloud-config/index.ts';
import { sentinel } from '../../systems/redis/sentinel/index.ts';
import { exportsOf, isManifest } from '../exports.ts';
import { type Release, releaseOf, requireInstalled, splitRelease } from './releases.ts';
import { isPath, loadModule } from '../files/load-module.ts';
import { openWorkspace } from '../workspace.ts';
import { matching } from '../../core/names.ts';
import { requireMutant } from '../../runner/run-scenario.ts';
import { reference } from '../../../reference-impl/system.ts';

/** Every product that antlion brings along: one line each. */
export const builtIns: readonly SystemManifest[] = [
  etcd,
  consul,
  zookeeper,
  redis,
  redlock,
  sentinel,
  postgres,
  nats,
  serf,
  eureka,
  springCloudConfig,
];

export interface AskedSystem {
  readonly manifest: SystemManifest;
  /** Those that the file exports beside it, or that are configured; none for a built-in. */
  readonly scenarios: readonly Scenario[];
  /** Which release of it, with its program; null: as it is installed. */
  readonly release: Release | null;
}

/**
 * By its name here or in `antlion.config.*`, or a file. `name@version` is a release
 * that was made here. Throws E_USAGE for what is no system, E_NO_PROGRAM for a release that is not there.
 */
export async function systemOf(asked: string): Promise<AskedSystem> {
  const { name, version } = splitRelease(asked) ?? { name: asked, version: null };
  const builtIn = builtIns.find((m) => m.name === name);
  if (builtIn !== undefined) {
    const release = version === null ? null : releaseOf(builtIn, version);
    if (release !== null) requireInstalled(release);
    return { manifest: builtIn, scenarios: [], release };
  }
  if (!isPath(asked)) {
    const { manifests, configured } = await openWorkspace();
    const manifest = manifests.find((m) => m.name === asked);
    if (manifest !== undefined) return { manifest, scenarios: configured, release: null };
    const names = [...builtIns, ...manifests].map((m) => m.name).join(', ');
    throw new HarnessError(
      'E_USAGE',
      `system is "${asked}", wanted ${names}, or a file that exports one. Pass: verify ${builtIns[0]?.name ?? ''}, or see docs/guides/system.md.`,
    );
  }
  const module = await loadModule(asked);
  const manifest = Object.values(module).find((value) => isManifest(value));
  if (manifest !== undefined)
    return { manifest, scenarios: exportsOf(module).scenarios, release: null };
  throw new HarnessError(
    'E_USAGE',
    `${asked} exports no system, wanted: export default defineSystem({ … }). See docs/guides/system.md.`,
  );
}

/** What a scenario runs against. */
export function systemOfScenario(scenario: Scenario): System {
  return scenario.system ?? reference;
}

/** Each system of these scenarios, once. */
export function systemsOf(scenarios: readonly Scenario[]): readonly System[] {
  return [...new Set(scenarios.map(systemOfScenario))];
}

/**
 * The foreign system of a counterexample with the flags it was found with, and how it is started.
 * Throws E_TOKEN for one that is neither built in nor in `file`, or cannot be started.
 */
export async function foreignSystem(
  { system: name, program }: { readonly system: string; readonly program: Program },
  file: string | undefined,
): Promise<{ readonly system: System; readonly plan: LaunchPlan }> {
  const manifest =
    file === undefined ? builtIns.find((m) => m.name === name) : (await systemOf(file)).manifest;
  if (manifest?.name !== name) {
    const known = [reference.name, ...builtIns.map((m) => m.name)].join(', ');
    const wanted = file === undefined ? `one of ${known}` : `the one that ${file} exports`;
    throw new HarnessError(
      'E_TOKEN',
      `the token is of system "${name}", wanted ${wanted}. Pass the file that exports it: --system FILE.`,
    );
  }
  const own = Object.entries(program.settings.extra).filter(([key]) => key in manifest.flags.shape);
  const { system, launch } = manifest.open(Object.fromEntries(own));
  if (launch !== null) return { system, plan: launch };
  throw new HarnessError(
    'E_TOKEN',
    `the token is of ${name}, which does not say how its members are started. Run it again against its endpoints: antlion verify.`,
  );
}

/** Ids that match one of `patterns`; all when there is none. Throws E_MUTANT_UNKNOWN. */
export function mutantsMatching(system: System, patterns: readonly string[]): readonly string[] {
  const { found, unmatched } = matching(Object.keys(system.mutants), (id) => id, patterns);
  for (const pattern of unmatched) requireMutant(system, pattern);
  return found;
}
