/**
 * What a run may choose from: antlion's own scenarios, those that a project's configuration names, and
 * those in files and folders that were passed.
 */
import { existsSync, readdirSync, statSync } from 'node:fs';
import { dirname, join, relative, resolve, sep } from 'node:path';
import { HarnessError } from '../core/errors.ts';
import type { Invariant } from '../core/invariant.ts';
import { matching, suggestion } from '../core/names.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import { defineFault } from '../faults/define-fault.ts';
import type { SystemManifest } from '../systems/define-system.ts';
import type { Config } from '../runner/define-config.ts';
import { reference } from '../../reference-impl/system.ts';
import { readConfigJson } from './files/config-json.ts';
import { exportsOf } from './exports.ts';
import { isPath, loadModule } from './files/load-module.ts';
import { allScenarios } from './scenarios.ts';
import { referenceSuite } from './products/suites.ts';

export interface WorkspaceOptions {
  /** The configuration; by default `antlion.config.*` of the current folder, if there is one. */
  readonly config?: string | undefined;
  /** Files and folders to take scenarios from. */
  readonly paths?: readonly string[];
}

const configNames = ['ts', 'mjs', 'js', 'json'].map((ending) => `antlion.config.${ending}`);
const configKeys: readonly string[] = ['scenarios', 'systems', 'promises', 'faults'];
/** A file of scenarios; not its types, tests or configuration. */
const scenarioFile = /^(?!.*\.(d|test|spec|config)\.[cm]?[jt]s$).*\.[cm]?[jt]s$/;
const depthMax = 8;

/** Reads everything that was named. Throws E_FILE and E_SCENARIO_UNKNOWN. */
export async function openWorkspace(options: WorkspaceOptions = {}): Promise<Workspace> {
  const workspace = new Workspace();
  const config = configPath(options.config);
  if (config !== null) await workspace.addConfig(config);
  for (const path of options.paths ?? []) await workspace.addPath(resolve(path), 'passed');
  return workspace;
}

export class Workspace {
  /** Those of the configuration. */
  readonly configured: Scenario[] = [];
  private readonly passed: Scenario[] = [];
  private readonly origins = new Map<Scenario, string>();
  private readonly systems = new Map<string, System>([[reference.name, reference]]);
  private readonly invariants = new Map<string, Invariant>();
  /** Foreign systems of the configuration. */
  readonly manifests: SystemManifest[] = [];

  async addConfig(path: string): Promise<void> {
    if (path.endsWith('.json')) return this.addConfigJson(path);
    const { default: config } = (await loadModule(path)) as { readonly default?: Config };
    if (typeof config !== 'object' || config === null) {
      throw fileError(path, 'exports no configuration', 'export default defineConfig({ … })');
    }
    const strange = Object.keys(config).find((key) => !configKeys.includes(key));
    if (strange !== undefined) {
      throw fileError(path, `configures "${strange}"`, configKeys.join(', '));
    }
    for (const s of config.systems ?? []) {
      if ('open' in s) this.manifests.push(s);
      else this.addSystem(s);
    }
    for (const i of config.promises ?? []) this.invariants.set(i.id, i);
    for (const f of config.faults ?? []) defineFault(f);
    for (const s of config.scenarios ?? []) {
      if (typeof s === 'string') await this.addPath(resolve(dirname(path), s), 'configured');
      else this.addScenario(s, path, 'configured');
    }
  }

  /** The same, each value as the path of a module that exports it. */
  private async addConfigJson(path: string): Promise<void> {
    const config = readConfigJson(path, relative(process.cwd(), path));
    const at = (name: string): string => resolve(dirname(path), name);
    for (const name of [...(config.systems ?? []), ...(config.promises ?? [])]) {
      const found = exportsOf(await loadModule(at(name)));
      for (const s of found.systems) this.addSystem(s);
      for (const i of found.invariants) this.invariants.set(i.id, i);
      this.manifests.push(...found.manifests);
    }
    // Kinds of fault are known once their module was loaded.
    for (const name of config.faults ?? []) await loadModule(at(name));
    for (const name of config.scenarios ?? []) await this.addPath(at(name), 'configured');
  }

  /** The scenarios of a file, or of all files in a folder. */
  async addPath(path: string, where: 'configured' | 'passed'): Promise<void> {
    const kind = statSync(path, { throwIfNoEntry: false });
    if (kind === undefined) {
      throw fileError(path, 'does not exist', 'a file of scenarios or a folder of such files');
    }
    const files = kind.isDirectory() ? filesIn(path, depthMax) : [path];
    let count = 0;
    for (const file of files) {
      const found = exportsOf(await loadModule(file));
      for (const s of found.scenarios) this.addScenario(s, file, where);
      for (const s of found.systems) this.addSystem(s);
      for (const i of found.invariants) this.invariants.set(i.id, i);
      count += found.scenarios.length;
    }
    if (count > 0) return;
    throw fileError(path, 'exports no scenario', 'export default defineScenario({ … })');
  }

  /** What is to be run: what was passed, and what matches; all that is one's own where nothing was. */
  chosen(names: readonly string[]): readonly Scenario[] {
    const patterns = names.filter((n) => !isPath(n));
    if (names.length > 0 && patterns.length === 0) return this.passed;
    if (names.length === 0 && this.configured.length > 0) return this.configured;
    return [...this.passed, ...this.matching(patterns).filter((s) => !this.passed.includes(s))];
  }

  /** Every scenario that can be named, one's own first. */
  get all(): readonly Scenario[] {
    return [...this.passed, ...this.configured, ...allScenarios];
  }

  /** The file that it comes from, relative to the current folder; null: antlion's own. */
  readonly originOf = (scenario: Scenario): string | null => this.origins.get(scenario) ?? null;

  /** `other` is to be run in place of `scenario`: it comes from where that comes from. */
  standsFor(other: Scenario, scenario: Scenario): Scenario {
    const origin = this.origins.get(scenario);
    if (origin !== undefined) this.origins.set(other, origin);
    return other;
  }

  /** The reference cluster, or a system that the files brought along; null: nobody knows it here. */
  systemNamed(name: string): System | null {
    return this.systems.get(name) ?? null;
  }

  get systemNames(): readonly string[] {
    return [...this.systems.keys()];
  }

  /** Promises that the files brought along. */
  get own(): readonly Invariant[] {
    return [...this.invariants.values()];
  }

  private matching(patterns: readonly string[]): readonly Scenario[] {
    const { found, unmatched } = matching(this.all, (s) => s.name, patterns);
    if (unmatched.length === 0) return found;
    // What nothing else is called may be of the suite, which is as long as all others together.
    const ofSuite = matching(referenceSuite, (s) => s.name, unmatched);
    const [pattern] = ofSuite.unmatched;
    if (pattern === undefined) return [...found, ...ofSuite.found];
    const names = [...this.all, ...referenceSuite].map((s) => s.name);
    throw new HarnessError(
      'E_SCENARIO_UNKNOWN',
      `no scenario is called "${pattern}", ${suggestion(pattern, names)} See them all: antlion list.`,
    );
  }

  private addScenario(scenario: Scenario, path: string, where: 'configured' | 'passed'): void {
    const list = where === 'passed' ? this.passed : this.configured;
    if (this.all.includes(scenario)) return;
    const same = this.all.find((s) => s.name === scenario.name);
    const from = relative(process.cwd(), path).split(sep).join('/');
    if (same !== undefined && this.origins.get(same) !== from) {
      const other = this.origins.get(same) ?? 'antlion itself';
      throw fileError(
        path,
        `exports a scenario called "${scenario.name}", and so does ${other}`,
        'names of their own',
      );
    }
    // The same file, once by the configuration and once passed.
    if (same !== undefined && where === 'passed') {
      list.push(same);
      return;
    }
    this.origins.set(scenario, from);
    list.push(scenario);
    if (scenario.system !== undefined) this.addSystem(scenario.system);
    for (const i of scenario.own ?? []) this.invariants.set(i.id, i);
  }

  private addSystem(system: System): void {
    const same = this.systems.get(system.name);
    if (same !== undefined && same !== system) {
      throw new HarnessError(
        'E_FILE',
        `two systems are called "${system.name}", wanted names of their own. Rename one.`,
      );
    }
    this.systems.set(system.name, system);
  }
}

function configPath(asked: string | undefined): string | null {
  if (asked === undefined) {
    const found = configNames.find((name) => existsSync(name));
    return found === undefined ? null : resolve(found);
  }
  if (existsSync(asked)) return resolve(asked);
  throw fileError(asked, 'does not exist', 'a configuration as antlion.config.ts');
}

function filesIn(folder: string, depth: number): string[] {
  if (depth === 0) return [];
  return readdirSync(folder, { withFileTypes: true })
    .sort((a, b) => (a.name < b.name ? -1 : 1))
    .flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) {
        const isForeign = entry.name === 'node_modules' || entry.name.startsWith('.');
        return isForeign ? [] : filesIn(path, depth - 1);
      }
      return scenarioFile.test(entry.name) ? [path] : [];
    });
}

function fileError(path: string, what: string, wanted: string): HarnessError {
  const name = relative(process.cwd(), resolve(path)) || '.';
  return new HarnessError(
    'E_FILE',
    `${name} ${what}, wanted ${wanted}. See docs/guides/scenario.md.`,
  );
}
