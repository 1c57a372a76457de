/** The independent judge of totals: adds up every read. */
import { isCompleted, type Op } from '../../operations.ts';

export interface Total {
  readonly kind: 'total';
  readonly accounts: readonly string[];
  readonly total: number;
}

/** Null when every read shows these accounts, without a debt, and this total; otherwise what is wrong. */
export function refuteTotal(ops: readonly Op[], { accounts, total }: Total): string | null {
  for (const op of ops) {
    if (op.f !== 'read' || !isCompleted(op) || op.output === null) continue;
    const balances = op.output as Readonly<Record<string, unknown>>;
    if (Object.keys(balances).length !== accounts.length) return `read ${op.id} has other accounts`;
    let sum = 0;
    for (const account of accounts) {
      const balance = balances[account];
      if (typeof balance !== 'number' || balance < 0) return `read ${op.id} lacks ${account}`;
      sum += balance;
    }
    if (sum !== total) return `read ${op.id} shows ${sum}`;
  }
  return null;
}
