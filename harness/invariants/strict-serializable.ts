/** CONSISTENCY: transactions take effect one after the other, each between its call and its return (C1). */
import { isCompleted, operationsOf } from '../checkers/operations.ts';
import { checkTransactions } from '../checkers/transactions/check.ts';
import { tableOf } from '../checkers/transactions/table/from-operations.ts';
import type { History, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Verdict } from '../core/verdict.ts';

const id = 'strict-serializable';
const claim =
  'Transactions take effect one at a time, each as a whole and between its call and its return.';

/** Of operations `txn` (see `txnOperations`); each value is written once in a run. */
export function strictSerializable(): Invariant {
  return {
    id,
    area: 'CONSISTENCY',
    claim,
    faultModel: 'any faults of links and any pauses; crashes of any nodes with honest fsync',
    judge,
  };
}

function judge({ events }: History): Verdict {
  const all = events.filter(isOperation).filter((e) => e.f === 'txn');
  const failed = new Set(all.flatMap((e) => (e.type === 'fail' ? [e.op] : [])));
  const happened = operationsOf(
    all.map((e) => (failed.has(e.op) ? { ...e, f: 'failed' } : e)),
    (f) => f === 'txn',
  );
  // What failed must not be read: it is known when that became known.
  const aborted = operationsOf(
    all.map((e): OperationEvent => (e.type === 'fail' ? { ...e, type: 'ok' } : e)),
    () => true,
  ).filter((op) => failed.has(op.id));
  if (!happened.some(isCompleted)) {
    return { kind: 'unknown', invariant: id, reason: 'no transaction succeeded' };
  }
  const result = checkTransactions(tableOf(happened, aborted, 'rw-register'), id);
  if (result.kind === 'holds') {
    const basis = `an order of ${happened.length} transactions`;
    return { kind: 'holds', invariant: id, basis };
  }
  if (result.kind === 'unknown') {
    return { kind: 'unknown', invariant: id, reason: result.reason ?? 'it could not be decided' };
  }
  const [worst] = result.anomalies;
  const rows = [...happened, ...aborted].sort((a, b) => a.call - b.call);
  const explanation = {
    atUs: all[worst?.knownAt ?? 0]?.timeUs ?? 0,
    sentences: [`This is ${worst?.kind}:`, ...(worst?.sentences ?? [])],
    ops: (worst?.rows ?? []).flatMap((row) => rows[row]?.id ?? []),
  };
  return { kind: 'violated', invariant: id, claim, explanation };
}
