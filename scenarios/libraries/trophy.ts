/** A defect of a released library that a scenario shows, with what its user can do about it. */
import type { Scenario } from '../../harness/index.ts';

export interface Trophy {
  /** What goes wrong, in one sentence. */
  readonly defect: string;
  /** What the library told its user meanwhile. */
  readonly told: string;
  /** Shows it: some seed breaks its promise. */
  readonly scenario: Scenario;
  /** What avoids it, in words, and the same story with it, in which the promise holds. */
  readonly safe: { readonly how: string; readonly scenario: Scenario };
  /** Where it was reported; null: no report was found. */
  readonly issue: string | null;
}

/** A library that keeps what another breaks, in the same story. */
export interface Witness {
  /** What it keeps, in one sentence. */
  readonly holds: string;
  readonly scenario: Scenario;
}
