/** What a file of the user's exports that antlion can use, told by its shape. */
import type { Invariant } from '../core/invariant.ts';
import type { Scenario } from '../core/scenario.ts';
import type { System } from '../core/system.ts';
import type { SystemManifest } from '../systems/define-system.ts';
import type { Module } from './files/load-module.ts';

export interface Exports {
  readonly scenarios: readonly Scenario[];
  readonly systems: readonly System[];
  readonly invariants: readonly Invariant[];
  /** Those of `defineSystem`. */
  readonly manifests: readonly SystemManifest[];
}

/** Named exports, the default one, and lists of them; each once. */
export function exportsOf(module: Module): Exports {
  const all = new Set(Object.values(module).flatMap((v) => (Array.isArray(v) ? v : [v])));
  const values = [...all].filter((v) => typeof v === 'object' && v !== null) as object[];
  return {
    scenarios: values.filter(isScenario),
    systems: values.filter(isSystem),
    invariants: values.filter(isInvariant),
    manifests: values.filter(isManifest),
  };
}

function isScenario(v: object): v is Scenario {
  const s = v as Partial<Scenario>;
  return typeof s.name === 'string' && typeof s.program === 'function' && Array.isArray(s.promises);
}

function isSystem(v: object): v is System {
  const s = v as Partial<System>;
  return typeof s.name === 'string' && s.operations instanceof Set && Array.isArray(s.promises);
}

function isInvariant(v: object): v is Invariant {
  const i = v as Partial<Invariant>;
  return typeof i.id === 'string' && typeof i.judge === 'function' && typeof i.claim === 'string';
}

export function isManifest(value: unknown): value is SystemManifest {
  const m = value as Partial<SystemManifest> | null | undefined;
  return typeof m?.name === 'string' && typeof m.open === 'function';
}
