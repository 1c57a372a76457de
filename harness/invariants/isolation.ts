/** CONSISTENCY: what transactions may see of each other, by level (C1; Adya, 1999). */
import { isCompleted, operationsOf } from '../checkers/operations.ts';
import { checkTransactions } from '../checkers/transactions/check.ts';
import { excludes, type Level } from '../checkers/transactions/levels.ts';
import { tableOf } from '../checkers/transactions/table/from-operations.ts';
import type { TxnKind } from '../checkers/transactions/table/table.ts';
import type { History, OperationEvent } from '../core/history.ts';
import { isOperation } from '../core/history.ts';
import type { Invariant } from '../core/invariant.ts';
import type { Verdict } from '../core/verdict.ts';

/** The levels that products promise. */
type Promised = Extract<
  Level,
  'strict-serializable' | 'serializable' | 'snapshot-isolation' | 'read-committed'
>;

const claims: Readonly<Record<Promised, string>> = {
  'strict-serializable':
    'Transactions take effect one at a time, each as a whole and between its call and its return.',
  serializable: 'Transactions have the effect that they have one at a time, in some order.',
  'snapshot-isolation':
    'A transaction reads what was committed at one moment, and of two that write the same at a time one is refused.',
  'read-committed':
    'A transaction reads only what was committed, and as it was when that was done.',
};

/** Of operations `txn` and `txn-append` (see `txnOperations`); each value is written once in a run. */
export function isolation(level: Promised): Invariant {
  return {
    id: level,
    area: 'CONSISTENCY',
    claim: claims[level],
    faultModel: 'any faults of links and any pauses; crashes of any nodes with honest fsync',
    judge: (history) => judge(history, level),
  };
}

const kinds: readonly (readonly [f: string, TxnKind])[] = [
  ['txn', 'rw-register'],
  ['txn-append', 'list-append'],
];

function judge(history: History, level: Promised): Verdict {
  const verdicts = kinds.map(([f, kind]) => judgeKind(history, level, f, kind));
  // One that was not asked for says nothing.
  const told = verdicts.filter((v) => v !== null);
  const worst = ['violated', 'unknown', 'holds'].map((k) => told.find((v) => v.kind === k));
  const none = { kind: 'unknown', invariant: level, reason: 'no transaction succeeded' } as const;
  return worst.find((v) => v !== undefined) ?? none;
}

function judgeKind({ events }: History, level: Promised, f: string, kind: TxnKind): Verdict | null {
  const all = events.filter(isOperation).filter((e) => e.f === f);
  if (all.length === 0) return null;
  const failed = new Set(all.flatMap((e) => (e.type === 'fail' ? [e.op] : [])));
  const happened = operationsOf(
    all.map((e) => (failed.has(e.op) ? { ...e, f: 'failed' } : e)),
    (name) => name === f,
  );
  // What failed must not be read: it is known when that became known.
  const aborted = operationsOf(
    all.map((e): OperationEvent => (e.type === 'fail' ? { ...e, type: 'ok' } : e)),
    () => true,
  ).filter((op) => failed.has(op.id));
  if (!happened.some(isCompleted)) {
    return { kind: 'unknown', invariant: level, reason: 'no transaction succeeded' };
  }
  const result = checkTransactions(tableOf(happened, aborted, kind), level);
  if (result.kind === 'holds') {
    const basis = `an order of ${happened.length} transactions`;
    return { kind: 'holds', invariant: level, basis };
  }
  if (result.kind === 'unknown') {
    const reason = result.reason ?? 'it could not be decided';
    return { kind: 'unknown', invariant: level, reason };
  }
  const worst = result.anomalies.find((a) => excludes(level, a.kind));
  const rows = [...happened, ...aborted].sort((a, b) => a.call - b.call);
  const explanation = {
    atUs: all[worst?.knownAt ?? 0]?.timeUs ?? 0,
    sentences: [`This is ${worst?.kind}:`, ...(worst?.sentences ?? [])],
    ops: (worst?.rows ?? []).flatMap((row) => rows[row]?.id ?? []),
  };
  return { kind: 'violated', invariant: level, claim: claims[level], explanation };
}
