/** A system in one place: its flags, how it is started and spoken to, and what it promises. */
import { z } from 'zod';
import type { LaunchPlan } from '../core/launch-plan.ts';
import type { Json } from '../core/host.ts';
import type { AdapterForm, System } from '../core/system.ts';

/** A program that must be installed for a part of it. */
export interface Requirement {
  readonly program: string;
  /** What makes it tell its version: `['--version']`. */
  readonly args: readonly string[];
  /** What it is for, and how to get it. */
  readonly otherwise: string;
}

/** How a release of it is made on this machine, from what its makers publish. */
export interface Releases {
  /** Of which product, where another one runs the same program: they are made once. Absent: of its own. */
  readonly of?: string;
  /** What their versions look like, and in words which there are. */
  readonly versions: RegExp;
  readonly wanted: string;
  /** What makes it. */
  readonly needs: Requirement;
  /** Files of an empty folder, by their paths there. */
  readonly files: Readonly<Record<string, string>>;
  /** Run in that folder, one after the other, without a shell: program and arguments. */
  commands(version: string): readonly (readonly [string, ...string[]])[];
  /** Added to the environment of antlion itself. */
  readonly env?: Readonly<Record<string, string>>;
  /** The program that comes of it, by its path there. */
  readonly program: string;
}

/** What the product's own documentation says of some promises. */
export interface Documented {
  readonly promises: readonly string[];
  /** In our words, one sentence. */
  readonly says: string;
  /** Where: an address. */
  readonly source: string;
  /** Which settings take it away. */
  readonly weakenedBy?: string;
}

/** What is known to break: a run is expected to find it, sooner or later. */
export interface Anomaly {
  /** One sentence: what happens. */
  readonly what: string;
  /** The setting that breaks it, as flags; of a defect, what makes it show soon. */
  readonly flags: Readonly<Record<string, string>>;
  /** It is a defect, and gone in later releases. */
  readonly defect?: Defect;
  /** The release that shows it, where the installed one may not. Absent: the installed one. */
  readonly on?: string;
  /** How many members show it best; as many as usual by default. */
  readonly members?: number;
  /** With which setting it is gone; absent: without `flags`. */
  readonly safe?: Readonly<Record<string, string>>;
  /** Which releases were seen to have it, and which not; absent: it is meant to be so. */
  readonly versions?: string;
  /** Where it shows, and the promise that breaks there; without the setting it holds. */
  readonly scenario: string;
  readonly breaks: string;
  /** What was seen to break with it. */
  readonly breaksToo?: readonly string[];
  /** In which others the same is known, as a pattern: `*-clock`. Absent: of any setting in all of them, otherwise in none. */
  readonly elsewhere?: string;
  /** Where it is told of: an address. */
  readonly source: string;
}

export interface Defect {
  /** A release that has it, and one that has not: it is shown on both. */
  readonly broken: string;
  readonly clean: string;
  /** The first that had it; absent: nobody knows how old it is. */
  readonly since?: string;
  /** Of each line of releases the first without it. */
  readonly mended: readonly string[];
}

type Flags = z.ZodRawShape;

export interface SystemDefinition<S extends Flags = Flags> {
  /** As the command line calls it. */
  readonly name: string;
  /**
   * Flags of its own: one field a flag, `passwordFile` is `--password-file`. Strings, numbers, enums,
   * booleans (without a value) and arrays of strings (repeated), each with a description.
   */
  readonly flags?: z.ZodObject<S>;
  /** Operations it understands: `read`, `write`, `cas`, … */
  readonly operations: readonly string[];
  /** Ids of promises, or invariants of its own; of these flags, where they change what is promised. */
  readonly promises: System['promises'] | ((flags: z.output<z.ZodObject<S>>) => System['promises']);
  /** How members of our own are started; absent: it can only be run against endpoints. */
  readonly launch?: LaunchPlan | ((flags: z.output<z.ZodObject<S>>) => LaunchPlan);
  /** How one speaks to it. Throws `HarnessError` for flags that make no sense together. */
  adapter(flags: z.output<z.ZodObject<S>>): AdapterForm;
  /** What a run is told in `settings.extra`, printed and replayed: no secrets. Absent: nothing. */
  settings?(flags: z.output<z.ZodObject<S>>): Readonly<Record<string, Json>>;
  readonly requires?: readonly Requirement[];
  /** Absent: it is run as it is installed. */
  readonly releases?: Releases;
  /** What its documentation says of what is promised here. */
  readonly documents?: readonly Documented[];
  readonly anomalies?: readonly Anomaly[];
  /** Ids of broken variants, with a line each. */
  readonly mutants?: Readonly<Record<string, string>>;
}

/** A system with its flags set. */
export interface OpenSystem {
  readonly system: System;
  readonly launch: LaunchPlan | null;
  readonly extra: Readonly<Record<string, Json>>;
}

export interface SystemManifest {
  readonly name: string;
  readonly flags: z.ZodObject<Flags>;
  readonly operations: readonly string[];
  readonly requires: readonly Requirement[];
  readonly releases: Releases | null;
  readonly documents: readonly Documented[];
  readonly anomalies: readonly Anomaly[];
  /** Throws E_USAGE for flags that are wrong. */
  open(flags: Readonly<Record<string, unknown>>): OpenSystem;
}

/**
 * Makes a system that `antlion verify` can run, by its name or by the path of the file that exports
 * it.
 *
 * @example
 * ```ts
 * export default defineSystem({
 *   name: 'mykv',
 *   launch: { command: ['python3', 'kv.py', '{{port}}', '{{peers}}'] },
 *   operations: ['read', 'write'],
 *   promises: ['linearizable'],
 *   adapter: () => httpAdapter({
 *     read: { method: 'GET', path: '/{{key}}', value: 'value' },
 *     write: { method: 'PUT', path: '/{{key}}', body: '{{value}}' },
 *   }),
 * });
 * ```
 */
export function defineSystem<S extends Flags = Flags>(d: SystemDefinition<S>): SystemManifest {
  const schema = (d.flags ?? z.object({})) as z.ZodObject<S>;
  return {
    name: d.name,
    flags: schema as unknown as z.ZodObject<Flags>,
    operations: d.operations,
    requires: d.requires ?? [],
    releases: d.releases ?? null,
    documents: d.documents ?? [],
    anomalies: d.anomalies ?? [],
    open(given) {
      const flags = schema.parse(given);
      return {
        system: {
          name: d.name,
          operations: new Set(d.operations),
          promises: typeof d.promises === 'function' ? d.promises(flags) : d.promises,
          adapter: d.adapter(flags),
          mutants: d.mutants ?? {},
        },
        launch: typeof d.launch === 'function' ? d.launch(flags) : (d.launch ?? null),
        extra: d.settings?.(flags) ?? {},
      };
    },
  };
}
