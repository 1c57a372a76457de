/** Operations that were read before, as a table of transactions. */
import { OperationError } from '../../operation-error.ts';
import { isCompleted, never, type Op } from '../../operations.ts';
import { microsOf } from './micros.ts';
import { ending, TxnTable, type TxnKind } from './table.ts';

/**
 * Keys of operations say nothing: transactions name their keys themselves. `happened` and `failed` in order of their calls; a failed one's `ret` is where that was known. Throws
 * E_HISTORY for what are no transactions of this kind.
 */
export function tableOf(happened: readonly Op[], failed: readonly Op[], kind: TxnKind): TxnTable {
  const table = new TxnTable(kind);
  const aborted = new Set(failed);
  for (const op of [...happened, ...failed].sort((a, b) => a.call - b.call)) {
    const row = table.open(op.process, op.call);
    const isCommitted = !aborted.has(op) && isCompleted(op);
    const micros = microsOf(table, isCommitted ? op.output : op.input, '', isCommitted);
    if (typeof micros === 'string') refuse(op, micros);
    else if (isCommitted) table.close(row, ending.committed, op.ret, micros);
    else if (aborted.has(op)) table.close(row, ending.aborted, op.ret, micros);
    else table.close(row, ending.unknown, never, micros);
  }
  return table;
}

function refuse(op: Op, what: string): never {
  throw new OperationError(
    op,
    `is a "${op.f}" of which ${what}. Choose another model or mend the history.`,
  );
}
