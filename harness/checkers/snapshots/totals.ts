/** Balances of several accounts, read at once: transfers do not change their total. Linear. */
import { assert } from '../../core/assert.ts';
import { OperationError } from '../operation-error.ts';
import type { Json } from '../../core/host.ts';
import { canonical } from '../canonical.ts';
import type { Op } from '../operations.ts';
import { readsByReturn, type SnapshotFault, type SnapshotsResult } from './reads.ts';
import { refuteTotal, type Total } from './replay/total.ts';

/**
 * Every read of {account: balance, …} has the same accounts and the same sum, and no balance is missing
 * or negative. Throws E_HISTORY for a read of anything else.
 */
export function checkTotals(ops: readonly Op[]): SnapshotsResult<Total> {
  let first: First | null = null;
  for (const op of readsByReturn(ops.filter((o) => o.f === 'read'))) {
    const balances = balancesOf(op);
    const fault = faultIn(op, balances, first);
    if (fault !== null) return { kind: 'violated', fault };
    first ??= { op, total: sum(balances), accounts: new Set(balances.keys()) };
  }
  if (first === null) return { kind: 'unknown', reason: 'no read completed' };
  const certificate: Total = { kind: 'total', accounts: [...first.accounts], total: first.total };
  const refuted = refuteTotal(ops, certificate);
  assert(refuted === null, 'a total replays', { refuted });
  return { kind: 'holds', certificate };
}

interface First {
  readonly op: Op;
  readonly total: number;
  readonly accounts: ReadonlySet<string>;
}

type Balances = ReadonlyMap<string, number | null>;

function faultIn(op: Op, balances: Balances, first: First | null): SnapshotFault | null {
  const fault = (sentence: string): SnapshotFault => ({
    ops: [op],
    sentences: [`process ${op.process} read ${sentence}`],
    position: op.ret,
  });
  for (const [account, balance] of balances) {
    if (balance === null) return fault(`no balance in account ${account}.`);
    if (balance < 0) {
      return fault(`${balance} in account ${account}: a balance may not be negative.`);
    }
    if (first !== null && !first.accounts.has(account)) {
      return fault(`account ${account}, which the first read did not have.`);
    }
  }
  if (first === null) return null;
  const missing = [...first.accounts].find((account) => !balances.has(account));
  if (missing !== undefined) return fault(`no account ${missing}, which the first read had.`);
  const total = sum(balances);
  if (total === first.total) return null;
  return {
    ops: [first.op, op],
    sentences: [
      `process ${first.op.process} read ${first.total} in all accounts together.`,
      `process ${op.process} read ${total}: transfers do not change the sum.`,
    ],
    position: op.ret,
  };
}

function sum(balances: Balances): number {
  return [...balances.values()].reduce<number>((total, balance) => total + (balance ?? 0), 0);
}

function balancesOf(op: Op): Balances {
  const { output } = op;
  const isRecord = output !== null && typeof output === 'object' && !Array.isArray(output);
  if (!isRecord) return wrong(op);
  // Sorted: a sum of fractions depends on its order.
  const read = output as Readonly<Record<string, Json>>;
  return new Map(
    Object.keys(read)
      .sort()
      .map((account) => {
        const balance = read[account] ?? null;
        return balance === null || typeof balance === 'number' ? [account, balance] : wrong(op);
      }),
  );
}

function wrong(op: Op): never {
  throw new OperationError(
    op,
    `read ${canonical(op.output).slice(0, 60)}, model bank wants {account: balance, …}. Choose another model or mend the history.`,
  );
}
