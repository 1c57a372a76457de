/**
 * Programs that once broke a promise, kept as small JSON files and run before anything new.
 *
 * The runner knows no files: whoever stands at the edge (the command line, `harness/mocha.ts`) hands
 * in a store of texts. A regression that holds again, under its own noise and under fresh noise, is
 * told to the store, which removes the file or only says so.
 */
import { Prng, hashText } from '../core/prng.ts';
import type { Program } from '../core/program.ts';
import { processState } from './process-state.ts';
import { readRecordText, recordText } from './replay-record.ts';
import type { ReplayRecord } from './replay-record.ts';
import type { KeepText } from './token.ts';

/** Fresh noises under which one must hold before it counts as mended. */
const freshNoises = 4;

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

export interface NamedRegression extends ReplayRecord {
  readonly name: string;
}

/** Those in the store that concern the suite. Throws E_TOKEN. */
export function regressionsFor(store: RegressionStore, c: Concern): NamedRegression[] {
  return store
    .list()
    .map(({ name, text }) => ({ name, ...readRecordText(text, `the regression ${name}`) }))
    .filter(
      (r) =>
        r.system === c.system &&
        c.invariants.includes(r.invariant) &&
        r.program.settings.mutant === c.mutant,
    );
}

/** Keeps it under a name made of what it is about; the same program is kept once. */
export function keepRegression(store: RegressionStore, r: ReplayRecord): string {
  const digest = hashText(JSON.stringify(r.program)).toString(16).padStart(8, '0');
  const name = `${r.program.scenario}-${r.invariant}-${digest}`.replaceAll(/[^\w-]+/g, '-');
  store.write(name, recordText(r));
  return name;
}

/** The program as it was found, and then under fresh noise: any of them may show it again. */
export function regressionPrograms(r: ReplayRecord): Program[] {
  const draw = new Prng(r.program.noiseSeed).fork('regression');
  const fresh = Array.from({ length: freshNoises }, () => draw.uint32());
  // It ends where the promise was broken: perhaps by an answer that a mended system gives a little later.
  const durationUs = r.program.durationUs + r.program.settings.deadlineUs;
  return [r.program.noiseSeed, ...fresh].map((noiseSeed) => ({
    ...r.program,
    durationUs,
    noiseSeed,
  }));
}

/** The store of this process, which `harness/mocha.ts` opens when the folder exists. */
export function useRegressions(store: RegressionStore | null): void {
  processState().regressions = store;
}

export function openedRegressions(): RegressionStore | null {
  return processState().regressions as RegressionStore | null;
}

/** Where counterexamples go that are too long for a token; null: they become long tokens. */
export function useCounterexamples(keepText: KeepText | null): void {
  processState().counterexamples = keepText;
}

export function openedCounterexamples(): KeepText | null {
  return processState().counterexamples as KeepText | null;
}
