/** Whose write each read showed, where several wrote the same: what may be chosen, and what a choice makes. */
import type { TxnTable } from '../table/table.ts';

/** By reading, which of its writers it was: an index, 0 for the likeliest. */
export type Choice = readonly number[];

export interface Choices {
  /** Readings whose writer is to be chosen, each with its writers. */
  readonly all: readonly { readonly writers: readonly number[] }[];
  /** Is the truth one of these choices, whatever it was? */
  readonly isWhole: boolean;
  /** The same transactions, each value written once. */
  chosen(choice: Choice): TxnTable;
  /** Does what a row read or wrote rest on a choice? */
  concerns(row: number): boolean;
  /** The choices that differ in one of the things which `rows` rest on; those to be tried first come first. */
  near(choice: Choice, rows: readonly number[]): Iterable<number[]>;
}

/** How many choices there are, `limit` at most. */
export function countOf({ all }: Choices, limit: number): number {
  let product = 1;
  for (const { writers } of all) {
    product *= writers.length;
    if (product >= limit) return limit;
  }
  return product;
}
