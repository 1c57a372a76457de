/** Checks transactions of which each value was written once: every class of anomaly, and the strongest level. */
import { Analysis } from './analysis.ts';
import type { Anomaly } from './anomaly.ts';
import type { TransactionOrder } from './certificate.ts';
import type { Level } from './levels.ts';
import type { TxnTable } from './table/table.ts';
import { Txns } from './table/txns.ts';
import { Writes } from './table/writes.ts';
import { Trials } from './trials.ts';
import { sights } from './visibility/order.ts';
import { Words } from './words.ts';

export interface TransactionResult {
  readonly kind: 'holds' | 'violated' | 'unknown';
  /** Why it is unknown. */
  readonly reason?: string;
  /** One of each class, also those that the level allows; what breaks the weakest levels first. */
  readonly anomalies: readonly Anomaly[];
  /** The strongest level that is proved to hold. */
  readonly strongest: Level | 'none' | 'unknown';
  /** Of the level that was asked for, or of one that implies it; violated: of the strongest. */
  readonly certificate?: TransactionOrder;
  /** Points that searches for an order looked at. */
  readonly steps: number;
  /** What rows and the certificate mean: of values that were written twice each is told apart. */
  readonly table: TxnTable;
}

/** Two writes of one value leave it unknown. `stepsMax`: points that the search for one order may look at. */
export function checkTransactions(
  table: TxnTable,
  level: Level,
  stepsMax?: number,
  writes = new Writes(table),
): TransactionResult {
  const txns = Txns.all(table, writes);
  const { ambiguous } = txns.writes;
  if (ambiguous !== null) return unknown(table, ambiguity(txns, ambiguous), [], 0);
  const trials = new Trials(new Analysis(txns), stepsMax);
  if (!hasRead(table)) {
    return unknown(table, 'no committed transaction read', trials.anomalies, 0);
  }
  // Without any search: at once.
  if (sights[level] !== undefined && trials.isProved(level) === null) trials.try(level);
  let strongest = trials.strongest(level);
  let isHeld = trials.isProved(level);
  if (isHeld === null) {
    isHeld = trials.try(level) === 'proved' ? true : trials.isProved(level);
  }
  if (strongest === 'unknown' && isHeld === true) strongest = level;
  const { anomalies, steps } = trials;
  if (isHeld === null) return unknown(table, trials.reason(level), anomalies, steps);
  const certificate = trials.certificate(isHeld ? level : strongest);
  const kind = isHeld ? 'holds' : 'violated';
  return { kind, anomalies, strongest, steps, table, ...(certificate !== null && { certificate }) };
}

function unknown(
  table: TxnTable,
  reason: string,
  anomalies: readonly Anomaly[],
  steps: number,
): TransactionResult {
  return { kind: 'unknown', reason, anomalies, strongest: 'unknown', steps, table };
}

function ambiguity(txns: Txns, [first, second]: readonly [number, number]): string {
  const { table, writes } = txns;
  const words = new Words(table);
  const writer = (m: number): string => words.name(writes.rowOf[m] as number);
  const [a, b] = [writer(first), writer(second)];
  const what = `${words.value(second)} to ${words.key(table.key.at(second))}`;
  return first === second
    ? `${b} wrote ${what}: it cannot be told from a register that nobody wrote`
    : `${a} and ${b} both wrote ${what}: values must be unique, so that readers show whose they saw`;
}

function hasRead(table: TxnTable): boolean {
  for (let row = 0; row < table.rows; row++) {
    if (table.ending.at(row) !== 1) continue;
    for (let m = table.from.at(row); m < table.to.at(row); m++) {
      if (table.isWrite.at(m) === 0) return true;
    }
  }
  return false;
}
