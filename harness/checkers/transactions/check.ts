/** Checks transactions: every class of anomaly, and the strongest consistency level that still holds. */
import { checkTransactions as checkOnce, type TransactionResult } from './check-once.ts';
import type { Level } from './levels.ts';
import { checkRepeated } from './repeated/check.ts';
import type { TxnTable } from './table/table.ts';
import { Writes } from './table/writes.ts';

export type { TransactionResult };

/**
 * Values may be written more than once (see `repeated`). `stepsMax`: points that the search for one order may look at.
 */
export function checkTransactions(
  table: TxnTable,
  level: Level,
  stepsMax?: number,
): TransactionResult {
  const writes = new Writes(table);
  if (writes.ambiguous !== null) return checkRepeated(table, level, stepsMax);
  return checkOnce(table, level, stepsMax, writes);
}
