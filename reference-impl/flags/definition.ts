/** A flag as it is written, and as it is read. */
import type { Json } from '../../harness/core/host.ts';

/** A flag as it is written, in JSON. */
export interface FlagDefinition {
  /** False: everybody gets `off`. The kill switch. */
  readonly isOn: boolean;
  /** What each variant means to the program. Variants of one type. */
  readonly variants: Readonly<Record<string, Json>>;
  /** The variant of a flag that is off, or whose rules are too old to be used. */
  readonly off: string;
  /** The first that fits decides; a user fits if each attribute that it names has one of these values. */
  readonly segments?: readonly Segment[];
  /**
   * Everybody else, by a stable hash: variants and per cents, in this order, 100 in all. Who has a variant keeps
   * it while the share of the first one grows, at the cost of the last.
   */
  readonly split: Readonly<Record<string, number>>;
  /** Flags of the same salt split users alike. Its name by default. */
  readonly salt?: string;
}

export interface Segment {
  readonly name: string;
  readonly if: Readonly<Record<string, readonly Json[]>>;
  readonly serve: string;
}

/** A thousandth of a per cent. */
export const buckets = 100_000;

/** A flag that was read once and is evaluated often. */
export interface Flag {
  readonly definition: FlagDefinition;
  readonly version: number;
  readonly salt: string;
  /** Variants, and the bucket before which each ends. */
  readonly ends: readonly (readonly [variant: string, end: number])[];
}
