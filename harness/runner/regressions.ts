/**
 * Programs that once broke a promise, kept as small JSON files and run before anything new.
 *
 * The runner knows no files: whoever stands at the edge (the command line, `harness/mocha.ts`) hands
 * in a store of texts. A regression that holds again, under its own noise and under fresh noise, is
 * told to the store, which removes the file or only says so.
 */
import { HarnessError } from '../core/errors.ts';
import { Prng, hashText } from '../core/prng.ts';
import type { Program } from '../core/program.ts';

/** Changes whenever the meaning of a program does; files of another version are refused. */
const format = 1;
/** Fresh noises under which one must hold before it counts as mended. */
const freshNoises = 4;

export interface Regression {
  readonly system: string;
  /** The promise that it broke. */
  readonly invariant: string;
  readonly program: Program;
}

/** Where regressions are kept: texts by name, in an order of the store's own. */
export interface RegressionStore {
  list(): readonly { readonly name: string; readonly text: string }[];
  write(name: string, text: string): void;
  /** This one holds again. */
  held(name: string): void;
}

/** What a regression must be about to concern a suite. */
export interface Concern {
  readonly system: string;
  readonly invariants: readonly string[];
  readonly mutant: string | null;
}

export interface NamedRegression extends Regression {
  readonly name: string;
}

/** Those in the store that concern the suite. Throws E_HISTORY. */
export function regressionsFor(store: RegressionStore, c: Concern): NamedRegression[] {
  return store
    .list()
    .map(({ name, text }) => ({ name, ...decodeRegression(name, text) }))
    .filter(
      (r) =>
        r.system === c.system &&
        c.invariants.includes(r.invariant) &&
        r.program.settings.mutant === c.mutant,
    );
}

/** Keeps it under a name made of what it is about; the same program is kept once. */
export function keepRegression(store: RegressionStore, r: Regression): string {
  const digest = hashText(JSON.stringify(r.program)).toString(16).padStart(8, '0');
  const name = `${r.program.scenario}-${r.invariant}-${digest}`.replaceAll(/[^\w-]+/g, '-');
  store.write(name, `${JSON.stringify({ format, ...r }, null, 1)}\n`);
  return name;
}

/** The program as it was found, and then under fresh noise: any of them may show it again. */
export function regressionPrograms(r: Regression): Program[] {
  const draw = new Prng(r.program.noiseSeed).fork('regression');
  const fresh = Array.from({ length: freshNoises }, () => draw.uint32());
  return [r.program.noiseSeed, ...fresh].map((noiseSeed) => ({ ...r.program, noiseSeed }));
}

/** Throws E_HISTORY for a text that is no regression, naming the file. */
export function decodeRegression(name: string, text: string): Regression {
  let read: Partial<Regression> & { readonly format?: number };
  try {
    read = JSON.parse(text) as typeof read;
  } catch {
    throw unreadable(name, 'it is not JSON');
  }
  if (read?.format !== format) throw unreadable(name, `its format is ${read?.format ?? 'missing'}`);
  const { system, invariant, program } = read;
  const isWhole =
    typeof system === 'string' &&
    typeof invariant === 'string' &&
    Array.isArray(program?.shape?.nodes) &&
    Array.isArray(program.faults) &&
    Array.isArray(program.clients) &&
    Number.isInteger(program.durationUs) &&
    Number.isInteger(program.noiseSeed) &&
    typeof program.settings === 'object' &&
    program.settings !== null;
  if (!isWhole) throw unreadable(name, 'it lacks a part of the run');
  return { system, invariant, program };
}

function unreadable(name: string, why: string): HarnessError {
  return new HarnessError(
    'E_HISTORY',
    `the regression ${name} is unreadable: ${why}, wanted format ${format} as antlion wrote it. Remove the file, or search again.`,
  );
}

/** The store of this process, which `harness/mocha.ts` opens when the folder exists. */
let opened: RegressionStore | null = null;

export function useRegressions(store: RegressionStore | null): void {
  opened = store;
}

export function openedRegressions(): RegressionStore | null {
  return opened;
}
