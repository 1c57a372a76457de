/** What a project tells antlion in its `antlion.config.ts` (or `.js`, `.mjs`; `.json` has a form of its own). */
import type { Invariant } from '../core/invariant.ts';
import type { FaultDefinition } from '../faults/kind.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { SystemManifest } from '../systems/define-system.ts';

export interface Config {
  /** Scenarios, or paths of files and folders that export some, relative to the configuration. */
  readonly scenarios?: readonly (string | Scenario)[];
  /**
   * Systems of your own: those of `defineSystem` for `antlion verify` by their names, others so that
   * counterexamples of properties find them.
   */
  readonly systems?: readonly (System | SystemManifest)[];
  /** Promises of your own, for the same reason. */
  readonly promises?: readonly Invariant[];
  /**
   * Kinds of fault of your own (`defineFault`), so that plans and counterexamples of all that is run
   * know them. What a scenario's file imports itself need not be named.
   */
  readonly faults?: readonly FaultDefinition[];
}

/**
 * Checks nothing but types; `antlion` reads the file from the folder it is run in, or from `--config`.
 * ```ts
 * export default defineConfig({ scenarios: ['./scenarios'], promises: [termsGrow] });
 * ```
 */
export function defineConfig(config: Config): Config {
  return config;
}
