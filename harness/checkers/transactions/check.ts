/** Checks transactions: every class of anomaly, and the strongest consistency level that still holds. */
import { Analysis } from './analysis.ts';
import type { Anomaly } from './anomaly.ts';
import { certify, type TransactionOrder } from './certificate.ts';
import { bySeverity, excludes, type Level, strongestLevel } from './levels.ts';
import { noOrder } from './no-order.ts';
import type { TxnTable } from './table/table.ts';
import { Txns } from './table/txns.ts';
import { Words } from './words.ts';

export interface TransactionResult {
  readonly kind: 'holds' | 'violated' | 'unknown';
  /** Why it is unknown. */
  readonly reason?: string;
  /** One of each class, also those that the level allows; what breaks the weakest levels first. */
  readonly anomalies: readonly Anomaly[];
  /** The strongest level that is proved to hold. */
  readonly strongest: Level | 'none' | 'unknown';
  /** Of the strongest level. */
  readonly certificate?: TransactionOrder;
  /** Points that searches for an order looked at. */
  readonly steps: number;
}

/** `stepsMax`: points that the search for one order may look at. */
export function checkTransactions(
  table: TxnTable,
  level: Level,
  stepsMax?: number,
): TransactionResult {
  const txns = Txns.all(table);
  const { ambiguous } = txns.writes;
  if (ambiguous !== null) return unknown(ambiguity(txns, ambiguous), [], 0);
  const analysis = new Analysis(txns);
  let { anomalies } = analysis;
  const isExcluded = (): boolean => anomalies.some((a) => excludes(level, a.kind));
  if (!hasRead(table)) return unknown('no committed transaction read', anomalies, 0);
  let strongest = strongestLevel(anomalies);
  let steps = 0;
  for (;;) {
    if (strongest === null) return { kind: 'violated', anomalies, strongest: 'none', steps };
    const found = certify(analysis, strongest, stepsMax);
    steps += found.steps;
    if (found.kind === 'proved') {
      const { certificate } = found;
      const kind = isExcluded() ? 'violated' : 'holds';
      return { kind, anomalies, strongest, certificate, steps };
    }
    if (found.kind === 'none') {
      // What a weaker level has no order for, no stronger one has.
      anomalies = bySeverity([...analysis.anomalies, noOrder(analysis, strongest, found.circle)]);
      strongest = strongestLevel(anomalies);
    } else if (isExcluded()) return { kind: 'violated', anomalies, strongest: 'unknown', steps };
    else if (strongest === level) {
      const got = `${found.placed} of ${table.rows} transactions had a place`;
      const reason = `no anomaly excludes ${level}, and no order of the transactions that proves it was found within the budget, after ${found.steps} steps: ${got}`;
      return unknown(reason, anomalies, steps);
    }
    // Perhaps the level that was asked for is easier to prove than a stronger one.
    else strongest = level;
  }
}

function unknown(reason: string, anomalies: readonly Anomaly[], steps: number): TransactionResult {
  return { kind: 'unknown', reason, anomalies, strongest: 'unknown', steps };
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
