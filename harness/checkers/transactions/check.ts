/** Checks transactions: every class of anomaly, and the strongest consistency level that still holds. */
import { Analysis } from './analysis.ts';
import type { Anomaly } from './anomaly.ts';
import { certify, type Certificate } from './certificate.ts';
import { bySeverity, excludes, type Level, strongestLevel } from './levels.ts';
import { noOrder } from './no-order.ts';
import type { TxnTable } from './table/table.ts';
import { Txns } from './table/txns.ts';
import { Words } from './words.ts';

export type TransactionResult =
  | {
      readonly kind: 'holds';
      readonly anomalies: readonly Anomaly[];
      readonly strongest: Level;
      /** Of the strongest level. */
      readonly certificate: Certificate;
    }
  | {
      readonly kind: 'violated';
      /** One of each class, also those that the level allows; what breaks the weakest levels first. */
      readonly anomalies: readonly Anomaly[];
      /** Null: not even read-uncommitted. */
      readonly strongest: Level | null;
    }
  | {
      readonly kind: 'unknown';
      readonly anomalies: readonly Anomaly[];
      readonly reason: string;
    };

export function checkTransactions(table: TxnTable, level: Level): TransactionResult {
  const txns = Txns.all(table);
  const { ambiguous } = txns.writes;
  if (ambiguous !== null) return unclear(txns, ambiguous);
  const analysis = new Analysis(txns);
  let { anomalies } = analysis;
  for (;;) {
    const strongest = strongestLevel(anomalies);
    if (strongest === null || anomalies.some((a) => excludes(level, a.kind))) {
      return { kind: 'violated', anomalies, strongest };
    }
    if (!hasRead(table)) {
      return { kind: 'unknown', anomalies, reason: 'no committed transaction read' };
    }
    const found = certify(analysis, strongest);
    if (found.kind === 'proved') {
      return { kind: 'holds', anomalies, strongest, certificate: found.certificate };
    }
    if (found.kind === 'budget') return undecided(analysis, anomalies, level);
    anomalies = bySeverity([...anomalies, noOrder(analysis, strongest, found.circle)]);
  }
}

/** Perhaps the level that was asked for is easier to prove than a stronger one. */
function undecided(
  analysis: Analysis,
  anomalies: readonly Anomaly[],
  level: Level,
): TransactionResult {
  const found = certify(analysis, level);
  if (found.kind === 'proved') {
    return { kind: 'holds', anomalies, strongest: level, certificate: found.certificate };
  }
  if (found.kind === 'none') {
    const all = bySeverity([...anomalies, noOrder(analysis, level, found.circle)]);
    return { kind: 'violated', anomalies: all, strongest: strongestLevel(all) };
  }
  const reason = `no anomaly excludes ${level}, and no order of the transactions that proves it was found within the budget`;
  return { kind: 'unknown', anomalies, reason };
}

function unclear(txns: Txns, [first, second]: readonly [number, number]): TransactionResult {
  const { table, writes } = txns;
  const words = new Words(table);
  const [a, b] = [
    words.name(writes.rowOf[first] as number),
    words.name(writes.rowOf[second] as number),
  ];
  const what = `${words.value(second)} to ${words.key(table.key.at(second))}`;
  const reason =
    first === second
      ? `${b} wrote ${what}: it cannot be told from a register that nobody wrote`
      : `${a} and ${b} both wrote ${what}: values must be unique, so that readers show whose they saw`;
  return { kind: 'unknown', anomalies: [], reason };
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
