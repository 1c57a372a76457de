/** Checks transactions: every anomaly, and the strongest consistency level that still holds. */
import type { Op } from '../operations.ts';
import { type Anomaly, cycleAnomalies, excludes, type Level, strongestLevel } from './anomalies.ts';
import { Graph } from './graph.ts';
import { listAppend } from './list-append.ts';
import { addProcessOrder, addRealTime, instantsOf } from './orders.ts';
import { rwRegister } from './rw-register.ts';
import { type Txn, txnsOf } from './txn.ts';
import { describeEdge } from './words.ts';

export interface TransactionResult {
  readonly kind: 'holds' | 'violated' | 'unknown';
  /** Why unknown. */
  readonly reason?: string;
  readonly transactions: number;
  /** All anomalies, also those that the level asked for allows. */
  readonly anomalies: readonly Anomaly[];
  /** Null: not even read-uncommitted. */
  readonly strongest: Level | null;
}

/** `happened` and `failed` in order of their calls. Throws E_HISTORY for what are no transactions. */
export function checkTransactions(
  happened: readonly Op[],
  failed: readonly Op[],
  kind: 'list-append' | 'rw-register',
  level: Level,
): TransactionResult {
  const txns = txnsOf(happened, failed);
  const committed = txns.filter((t) => t.status === 'committed');
  const graph = new Graph(txns.length + instantsOf(txns));
  const direct = kind === 'list-append' ? listAppend(txns, graph) : rwRegister(txns, graph);
  addProcessOrder(graph, txns);
  addRealTime(graph, txns);
  graph.freeze();
  const cycles = cycleAnomalies(graph, txns.length, (cycle, kinds) => {
    const of = cycle.map((node) => txns[node] as Txn);
    const sentences = of.map((t, i) =>
      describeEdge(t, of[(i + 1) % of.length] as Txn, kinds[i] as number),
    );
    return { txns: of, sentences };
  });
  const anomalies = [...direct, ...cycles];
  const shared = { transactions: txns.length, anomalies, strongest: strongestLevel(anomalies) };
  if (anomalies.some((a) => excludes(level, a.kind))) return { kind: 'violated', ...shared };
  const isVacuous = !committed.some((t) => t.micros.some((m) => m.f === 'r'));
  if (isVacuous) return { kind: 'unknown', reason: 'no committed transaction read', ...shared };
  return { kind: 'holds', ...shared };
}
